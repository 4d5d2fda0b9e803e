import { existsSync } from "node:fs";
import { mkdir, readFile, rm, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "../../lib/paths";
import type { CommandResult } from "../../lib/process";
import { runContained } from "../../lib/contained";
import { type Builder, type BuildOptions, imageId, type Workshop } from "./builder";

/** File system type of a container's own disk, on which the kernel stacks no second overlay. */
const OVERLAYFS = 0x794c7630;

/** Beyond this, layers of old builds are worth less than their space. */
const STORAGE_LIMIT_BYTES = 4 * 1024 ** 3;

/** Layers of earlier builds: only a cache, removed when it is in doubt. */
function storageDir(): string {
  return join(cacheDir(), "image-layers");
}

/** There while a build runs; found by the next one, it tells that a build was killed. */
function unfinishedMark(): string {
  return join(storageDir(), "unfinished");
}

/**
 * Debian's buildah, with storage of its own: the host's images play no part. Needs root.
 * @param fromNothing forgets layers of earlier builds @default false
 */
export function buildahBuilder(workshop: Workshop, fromNothing = false): Builder {
  const { scratch, signal } = workshop;
  return {
    name: "buildah",
    session: async (detail, builds) => {
      if (fromNothing) await rm(storageDir(), { recursive: true, force: true });
      await onKeptLayers(signal, detail, builds);
    },
    idOf: async (reference) => {
      const list = ["images", "--quiet", "--no-trunc", "--filter", `reference=${reference}`];
      return imageId((await buildah(workshop, list)).stdout);
    },
    build: async (context, options) => {
      await buildah(workshop, [...buildArguments(options), context], options.onLine);
    },
    run: (reference, script) => runIn(workshop, reference, script),
    push: async (reference, destination) => {
      const file = join(scratch, "digest");
      await buildah(workshop, ["push", "--digestfile", file, reference, `docker://${destination}`]);
      return (await readFile(file, "utf8")).trim();
    },
    writeLayout: async (references, layout, detail) => {
      // Measured on import into containerd: as fast as uncompressed layers, a third of their size, faster than gzip.
      const compression = ["--compression-format", "zstd", "--compression-level", "3"];
      for (const reference of references) {
        detail(`writing ${reference}`);
        await buildah(workshop, ["push", ...compression, reference, `oci:${layout}:${reference}`]);
      }
    },
  };
}

/**
 * Runs a build on the layers of earlier ones. When it fails on layers that a killed build has left,
 * it runs once more from nothing.
 */
async function onKeptLayers(
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

function buildArguments({ reference, arguments: values = {}, target, pull = false }: BuildOptions): string[] {
  return [
    ...["bud", "--layers", pull ? "--pull" : "--pull-never", "--isolation", "chroot", "--format", "oci"],
    ...Object.entries(values).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]),
    ...(target === undefined ? [] : ["--target", target]),
    ...["--tag", reference],
  ];
}

async function runIn(workshop: Workshop, reference: string, script: string): Promise<string> {
  const { stdout } = await buildah(workshop, ["from", "--pull-never", reference]);
  const container = stdout.trim();
  try {
    const result = await buildah(workshop, ["run", container, "--", "sh", "-c", script]);
    return result.stdout;
  } finally {
    if (!workshop.signal.aborted) await buildah(workshop, ["rm", container]);
  }
}
