import { existsSync } from "node:fs";
import { copyFile, cp, mkdir, rm, statfs, writeFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { cacheDir } from "../../lib/paths";
import type { CommandResult } from "../../lib/process";
import { runContained } from "../../lib/contained";
import { goesIntoImage, type ImageDefinition } from "./images";
import { versions } from "./versions";

/** File system type of a container's own disk, on which the kernel stacks no second overlay. */
const OVERLAYFS = 0x794c7630;

/** Beyond this, layers of old builds are worth less than their space. */
const STORAGE_LIMIT_BYTES = 4 * 1024 ** 3;

/** Where and how images are built. */
export interface Workshop {
  /** Files of this build only. */
  scratch: string;
  /** The folders of the images, as they were when the build began. */
  sources: string;
  signal: AbortSignal;
}

/** Layers of earlier builds: only a cache, removed when it is in doubt. */
function storageDir(): string {
  return join(cacheDir(), "image-layers");
}

/** There while a build runs; found by the next one, it tells that a build was killed. */
function unfinishedMark(): string {
  return join(storageDir(), "unfinished");
}

/**
 * Runs a build on the layers of earlier ones. When it fails on layers that a killed build has left,
 * it runs once more from nothing.
 */
export async function onKeptLayers(
  signal: AbortSignal,
  detail: (text: string) => void,
  build: () => Promise<void>,
): Promise<void> {
  await limitLayers(signal);
  const doubtful = existsSync(unfinishedMark());
  await writeFile(unfinishedMark(), "");
  try {
    await build();
  } catch (error) {
    signal.throwIfAborted();
    if (!doubtful) throw error;
    detail("building again from nothing");
    await rm(storageDir(), { recursive: true, force: true });
    await build();
  } finally {
    if (!signal.aborted) await rm(unfinishedMark(), { force: true });
  }
}

async function limitLayers(signal: AbortSignal): Promise<void> {
  await mkdir(storageDir(), { recursive: true });
  const { stdout } = await runContained("du", ["--summarize", "--bytes", storageDir()], { signal });
  if (Number.parseInt(stdout, 10) <= STORAGE_LIMIT_BYTES) return;
  await rm(storageDir(), { recursive: true, force: true });
  await mkdir(storageDir());
}

/** Runs buildah with storage of its own: the host's images play no part. */
async function buildah(
  { scratch, signal }: Workshop,
  args: readonly string[],
  onLine?: (line: string) => void,
): Promise<CommandResult> {
  await mkdir(storageDir(), { recursive: true });
  const { type } = await statfs(storageDir());
  const driver = type === OVERLAYFS ? "vfs" : "overlay";
  const storage = ["--storage-driver", driver, "--root", storageDir(), "--runroot", join(scratch, "run")];
  return runContained("buildah", [...storage, ...args], {
    env: { ...process.env, TMPDIR: scratch, BUILDAH_ISOLATION: "chroot" },
    signal,
    ...(onLine && { onLine }),
  });
}

const build = ["bud", "--layers", "--pull-never", "--isolation", "chroot", "--format", "oci"];

/** Makes the Debian image that the others stand on, unless there is one of this name. */
export async function buildBase(
  workshop: Workshop,
  reference: string,
  detail: (text: string) => void,
): Promise<void> {
  const { stdout } = await buildah(workshop, ["images", "--quiet", "--filter", `reference=${reference}`]);
  if (stdout.trim()) return;
  const context = join(workshop.scratch, "base");
  await mkdir(context);
  // What Debian's slim images leave out too; dpkg keeps to it for packages that come later.
  const omitted = ["man", "info", "locale", "lintian", "doc"];
  const options = [
    ...omitted.map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`),
    "--dpkgopt=path-include=/usr/share/doc/*/copyright",
  ];
  await runContained(
    "mmdebstrap",
    ["--variant=minbase", ...options, versions.debian, join(context, "base.tar")],
    {
      env: { ...process.env, TMPDIR: workshop.scratch },
      signal: workshop.signal,
      onLine: (line) => {
        if (line.startsWith("I: ")) detail(line.slice("I: ".length));
      },
    },
  );
  await writeFile(join(context, "Dockerfile"), 'FROM scratch\nADD base.tar /\nCMD ["bash"]\n');
  await buildah(workshop, [...build, "--tag", reference, context]);
  await rm(context, { recursive: true });
}

/**
 * Builds one image.
 * @param base reference of the image it stands on
 * @param executables name → path on the host
 */
export async function buildImage(
  workshop: Workshop,
  definition: ImageDefinition,
  reference: string,
  base: string | undefined,
  executables: Record<string, string>,
  detail: (text: string) => void,
): Promise<void> {
  const context = join(workshop.scratch, `context-${definition.name}`);
  await fillContext(context, workshop.sources, definition, executables);
  const values = { ...definition.arguments, ...(base !== undefined && { BASE: base }) };
  await buildah(
    workshop,
    [
      ...build,
      ...Object.entries(values).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]),
      ...(definition.target === undefined ? [] : ["--target", definition.target]),
      ...["--tag", reference, context],
    ],
    detail,
  );
  await rm(context, { recursive: true });
}

async function fillContext(
  context: string,
  sources: string,
  definition: ImageDefinition,
  executables: Record<string, string>,
): Promise<void> {
  const folder = join(sources, definition.folder);
  await cp(folder, context, { recursive: true, filter: (file) => goesIntoImage(relative(folder, file)) });
  await mkdir(join(context, "bundle"), { recursive: true });
  for (const [file, bytes] of Object.entries(definition.bundle)) {
    await writeFile(join(context, "bundle", file), bytes);
  }
  for (const name of definition.executables) {
    const path = executables[name];
    if (path === undefined) throw new Error(`image ${definition.name} needs ${name}, which was not obtained`);
    await copyFile(path, join(context, basename(name)));
  }
}

/** Writes an image into an OCI layout; layers that are there already are not written twice. */
export async function pushToLayout(workshop: Workshop, reference: string, layout: string): Promise<void> {
  // Measured on import into containerd: as fast as uncompressed layers, a third of their size, faster than gzip.
  const compression = ["--compression-format", "zstd", "--compression-level", "3"];
  await buildah(workshop, ["push", ...compression, reference, `oci:${layout}:${reference}`]);
}
