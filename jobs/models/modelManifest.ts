/** One file of a snapshot. */
export interface ManifestFile {
  /** Path beneath the checkpoint directory, with `/`. */
  path: string;
  sizeBytes: number;
  /** In hexadecimal. */
  sha256: string;
  /**
   * Format by which it was seen to be whole, or why only its bytes were compared, as in "unknown: no format that is known here". Absent in
   * snapshots of earlier versions.
   */
  format?: string;
}

/** A symbolic link of a snapshot. */
export interface ManifestLink {
  /** Path beneath the checkpoint directory, with `/`. */
  path: string;
  /** Path beneath the checkpoint directory of what it leads to: a file of the snapshot, or a folder that holds some. */
  target: string;
}

/** What a snapshot of the checkpoints holds: `manifest.json`. */
export interface ModelManifest {
  /** `models-YYYYmmdd-HHMMSS`, UTC. */
  backup_name: string;
  /** ISO time at which the files were read. */
  timestamp: string;
  /** Path of the checkpoint in use. */
  model_file: string;
  files: ManifestFile[];
  /** Absent for none, and in snapshots of earlier versions. */
  links?: ManifestLink[];
  /** What was in the directory and is not in the snapshot, with the reason. Absent for nothing. */
  left_out?: string[];
  total_bytes: number;
  /** Mark of a drill in the checkpoint in use. */
  nonce?: string;
}

/** What a command reports of a snapshot that it wrote or restored. */
export interface SnapshotSummary {
  name: string;
  files: number;
  totalBytes: number;
  /** How long that took. */
  seconds: number;
  /** Mark of the drill that wrote the checkpoints; null when none did. */
  nonce: string | null;
}

/** Key prefix of all snapshots. */
export const MODELS_PREFIX = "models/";

const NAME = /^models-\d{8}-\d{6}$/;

/** Name of a snapshot that is taken at a time. */
export function snapshotName(time: Date): string {
  const [date, clock] = time.toISOString().slice(0, 19).split("T");
  return `models-${(date ?? "").replaceAll("-", "")}-${(clock ?? "").replaceAll(":", "")}`;
}

/** Whether a folder beneath `models/` is a snapshot. */
export function isSnapshotName(name: string): boolean {
  return NAME.test(name);
}

/** Time at which a snapshot was taken, from its name. */
export function snapshotTime(name: string): Date {
  const digits = name.replace(/\D/g, "");
  const [year, month, day, hour, minute, second] = [
    [0, 4],
    [4, 6],
    [6, 8],
    [8, 10],
    [10, 12],
    [12, 14],
  ].map(([from, to]) => digits.slice(from, to));
  return new Date(`${year ?? ""}-${month ?? ""}-${day ?? ""}T${hour ?? ""}:${minute ?? ""}:${second ?? ""}Z`);
}

/** Clocks are not that far apart. */
const TOLERANCE_MS = 5 * 60_000;

/**
 * Whether a name says that the snapshot is yet to be taken: a clock was wrong. Such a snapshot is not the newest one, and stands in nobody's way.
 * @param now by the store's clock; undefined where it does not say, and then no name is from the future
 */
export function isOfTheFuture(name: string, now: Date | undefined): boolean {
  // A date that is none is no time to be newest by either.
  return now !== undefined && !(snapshotTime(name).getTime() <= now.getTime() + TOLERANCE_MS);
}

/** Keys of one snapshot. */
export function snapshotKeys(name: string): {
  prefix: string;
  /** Some run of this system has begun to write it. */
  begun: string;
  manifest: string;
  /** It was read back, and counts. */
  committed: string;
  /** It was read back, and counts once somebody says so. */
  unconfirmed: string;
  file: (path: string) => string;
} {
  const prefix = `${MODELS_PREFIX}${name}/`;
  return {
    prefix,
    begun: `${prefix}begun.json`,
    manifest: `${prefix}manifest.json`,
    committed: `${prefix}committed.json`,
    unconfirmed: `${prefix}unconfirmed.json`,
    file: (path) => `${prefix}checkpoints/${path}`,
  };
}

/** Whether two snapshots have the same paths, sizes, checksums and links, in whatever order. */
export function sameFiles(
  one: Pick<ModelManifest, "files" | "links">,
  other: Pick<ModelManifest, "files" | "links">,
): boolean {
  const text = ({ files, links = [] }: Pick<ModelManifest, "files" | "links">): string =>
    [
      ...files.map(({ path, sizeBytes, sha256 }) => `${path} ${sizeBytes} ${sha256}`),
      ...links.map(({ path, target }) => `${path} -> ${target}`),
    ]
      .sort()
      .join("\n");
  return text(one) === text(other);
}

/** Path of the file that a path of a snapshot leads to, through a link or not; undefined when there is none. */
export function fileBehind(
  { files, links = [] }: Pick<ModelManifest, "files" | "links">,
  path: string,
): ManifestFile | undefined {
  const target = links.find((link) => link.path === path)?.target ?? path;
  return files.find((file) => file.path === target);
}

/**
 * @throws Error that says what is wrong with the manifest
 */
export function parseManifest(json: string): ModelManifest {
  let manifest: Partial<ModelManifest> | null;
  try {
    manifest = JSON.parse(json) as Partial<ModelManifest> | null;
  } catch {
    throw new Error("it is not JSON");
  }
  if (typeof manifest?.backup_name !== "string") throw new Error('it has no field "backup_name"');
  if (typeof manifest.model_file !== "string") throw new Error('it has no field "model_file"');
  if (!Array.isArray(manifest.files) || manifest.files.length === 0) throw new Error("it lists no files");
  for (const { path, sizeBytes, sha256 } of manifest.files) {
    if (!isInside(path)) throw new Error(`it lists a file with the path "${path}"`);
    if (!Number.isInteger(sizeBytes) || sizeBytes < 0 || !/^[0-9a-f]{64}$/.test(sha256))
      throw new Error(`it has no size or checksum of ${path}`);
  }
  checkLinks(manifest as ModelManifest);
  return manifest as ModelManifest;
}

/** Whether a path leads to something beneath the checkpoint directory, without detours. */
export function isInside(path: unknown): boolean {
  return typeof path === "string" && path.split("/").every((part) => !["", ".", ".."].includes(part));
}

/** A link leads to what the snapshot holds itself, and nothing is written through one. */
function checkLinks({ files, links = [] }: ModelManifest): void {
  if (!Array.isArray(links)) throw new Error('its field "links" is no list');
  const paths = files.map(({ path }) => path);
  for (const { path, target } of links) {
    const held = isInside(target) && paths.some((file) => file === target || file.startsWith(`${target}/`));
    if (!isInside(path) || !held) throw new Error(`it lists a link from "${path}" to "${target}"`);
    const taken = [...paths, ...links.filter((link) => link.path !== path).map((link) => link.path)];
    if (taken.some((other) => other === path || other.startsWith(`${path}/`)))
      throw new Error(`it lists "${path}" as a link and as something else`);
  }
}
