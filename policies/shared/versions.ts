/** A minor version, as in 1.36. */
export interface MinorVersion {
  major: number;
  minor: number;
}

/** Major and minor number of a version such as `1.36`, `v1.36.2` or `v1.36.2-eksbuild.1`; undefined for other texts. */
export function parseMinor(version: string): MinorVersion | undefined {
  const [, major, minor] = /^v?(\d+)\.(\d+)(?:[.+-].*)?$/.exec(version) ?? [];
  return major === undefined || minor === undefined
    ? undefined
    : { major: Number(major), minor: Number(minor) };
}

/** Order of two minor versions: below zero when `a` is the older. */
export function compareMinor(a: MinorVersion, b: MinorVersion): number {
  return a.major - b.major || a.minor - b.minor;
}

/** Text of a minor version, as in `1.36`. */
export function formatMinor({ major, minor }: MinorVersion): string {
  return `${major}.${minor}`;
}
