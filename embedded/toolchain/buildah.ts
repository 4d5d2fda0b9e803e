import { copyFile, cp, mkdir, rm, statfs, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { cacheDir } from "../paths";
import type { CommandResult } from "../process";
import { runContained } from "./contained";
import { imageFolder, type ImageDefinition } from "./images";
import { versions } from "./versions";

/** File system type of a container's own disk, on which the kernel stacks no second overlay. */
const OVERLAYFS = 0x794c7630;

/** Beyond this, layers of old builds are worth less than their space. */
const STORAGE_LIMIT_BYTES = 4 * 1024 ** 3;

/** Where and how images are built. */
export interface Workshop {
  /** Files of this build only. */
  scratch: string;
  signal: AbortSignal;
}

/** Layers of earlier builds: only a cache, removed when it is in doubt. */
function storageDir(): string {
  return join(cacheDir(), "image-layers");
}

/** Removes the layers of earlier builds. */
export async function forgetLayers(): Promise<void> {
  await rm(storageDir(), { recursive: true, force: true });
}

/** Removes the layers of earlier builds when there are too many. */
export async function limitLayers(signal: AbortSignal): Promise<void> {
  await mkdir(storageDir(), { recursive: true });
  const { stdout } = await runContained("du", ["--summarize", "--bytes", storageDir()], { signal });
  if (Number.parseInt(stdout, 10) > STORAGE_LIMIT_BYTES) await forgetLayers();
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
  await fillContext(context, definition, executables);
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
  definition: ImageDefinition,
  executables: Record<string, string>,
): Promise<void> {
  await cp(imageFolder(definition.folder), context, { recursive: true });
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
  // Uncompressed layers import several times faster, and never leave this machine.
  await buildah(workshop, ["push", "--disable-compression", reference, `oci:${layout}:${reference}`]);
}
