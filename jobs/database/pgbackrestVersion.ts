/** Release of pgBackRest: major and minor. */
export type PgBackRestVersion = readonly [number, number];

/** From here on `verify` can be told which backup to read. @see https://pgbackrest.org/release.html#2.55.0 */
export const verifiesOneSet: PgBackRestVersion = [2, 55];

/**
 * Reads the answer of `pgbackrest version`: `pgBackRest 2.45`.
 * @throws Error when it is not one
 */
export function parsePgBackRestVersion(output: string): PgBackRestVersion {
  const match = /^pgBackRest (\d+)\.(\d+)/m.exec(output);
  if (match?.[1] === undefined || match[2] === undefined)
    throw new Error(`pgbackrest does not tell its version: "${output.trim().slice(0, 100)}"`);
  return [Number(match[1]), Number(match[2])];
}

/** Whether a release is that one or a later one. */
export function isAtLeast(version: PgBackRestVersion, wanted: PgBackRestVersion): boolean {
  return version[0] > wanted[0] || (version[0] === wanted[0] && version[1] >= wanted[1]);
}
