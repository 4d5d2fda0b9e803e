import { symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cacheDir, projectRoot } from "../../lib/paths";
import type { Progress } from "../../lib/progress";
import { bundlePrograms } from "../../images/build/bundle";
import type { ImageName } from "../../images/build/definitions";
import { forEachImage, type ImageSet, imageSet } from "../../images/build/imageSet";
import { programsHash, takeSavedImages } from "../../images/build/savedImages";
import { ensureEntry, removeAbandoned, touch } from "../../lib/cache";
import { checkHost } from "./checkHost";
import { chartDir } from "./goChart";
import { missingPackages } from "./hostPackages";
import { withLock } from "../../lib/lock";
import { originOf } from "./obtain";
import { haveImages, obtainTools, prepareMissing, toolSteps } from "./prepare";
import { resolveTools } from "./resolve";
import { executableRecipe, type Tool, tools } from "./tools";
import { versions } from "./versions";

export { checkHost } from "./checkHost";

/** A plugin of the engine that the toolchain has. */
export interface ToolchainPlugin {
  executable: string;
  origin: "installed" | "official release" | "built from its Go module";
}

/** What the engine needs where cluster and object store are another's. */
export interface ClientTools {
  /** Directory with the executables. */
  binDir: string;
  /** The upstream providers. */
  plugins: { kubernetes: ToolchainPlugin };
  /** Name → version, for the report. */
  versions: Record<string, string>;
}

/** What the embedded cloud runs on: every executable, pulumi kubectl kube-apiserver kubelet etcd weed and so on. */
export interface Toolchain extends ClientTools {
  /** Full image reference, and the OCI archive that holds it. */
  images: Record<ImageName, { reference: string; archive: string }>;
  /** Directories of the Helm charts that the embedded cluster uses in place of the published ones. */
  charts: { certManager: string; traefik: string };
}

const KUBERNETES_PLUGIN = "pulumi-resource-kubernetes";

/** Tools of the engine, which are all that is needed where nothing is embedded. */
export const clientTools: readonly string[] = ["pulumi", KUBERNETES_PLUGIN, "kubectl"];

/** Sources may change while they are built; then what they are now must be built too. */
const ROUNDS = 3;

/**
 * Finds or obtains every tool and image at its pinned version.
 * A run that is stopped leaves nothing half-made: the next one goes on where it was.
 * @param signal stops the work and all that it started
 * @param saved directory with images that "npm run images" has saved @default they are built here
 * @throws Error as `checkHost` does; CommandError and others when something cannot be obtained
 */
export async function ensureToolchain(
  progress: Progress,
  signal: AbortSignal = new AbortController().signal,
  saved?: string,
): Promise<Toolchain> {
  const given = saved === undefined ? undefined : await takeImages(saved, progress, signal);
  const ready = await findToolchain(given);
  if (ready) return ready;
  await checkHost();
  const prepare = async (): Promise<Toolchain> => {
    await removeAbandoned();
    for (let round = 0; round < ROUNDS; round++) {
      await prepareMissing(progress, signal, given);
      const prepared = await findToolchain(given);
      if (prepared) return prepared;
    }
    throw new Error(
      `the sources of the images, or ${cacheDir()}, keep changing: run this again when they rest`,
    );
  };
  try {
    return await withLock(cacheDir(), "prepares the toolchain", progress, prepare, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

/**
 * Finds or obtains some tools: no root, no Debian packages, no images.
 * @param names of the tools
 * @param signal stops the work and all that it started
 * @returns name → path of its executable
 * @throws CommandError and others when something cannot be obtained
 */
export async function ensureTools(
  names: readonly string[],
  progress: Progress,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const wanted = tools.filter(({ name }) => names.includes(name));
  const prepare = async (): Promise<void> => {
    await removeAbandoned();
    const { missing } = await resolveTools(wanted);
    progress.plan(toolSteps(missing));
    await obtainTools(missing, progress, signal);
  };
  if ((await resolveTools(wanted)).missing.length > 0)
    await withLock(cacheDir(), "prepares the toolchain", progress, prepare, signal);
  return (await resolveTools(wanted)).executables;
}

/** Finds or obtains the tools of the engine alone, as {@link ensureTools} does. */
export async function ensureClientTools(progress: Progress, signal: AbortSignal): Promise<ClientTools> {
  return describeClientTools(await ensureTools(clientTools, progress, signal));
}

/** The tools of the engine where all of them are at hand; nothing is obtained. */
export async function findClientTools(): Promise<ClientTools | undefined> {
  const wanted = tools.filter(({ name }) => clientTools.includes(name));
  const { executables, missing } = await resolveTools(wanted);
  return missing.length > 0 ? undefined : describeClientTools(executables);
}

async function describeClientTools(executables: Record<string, string>): Promise<ClientTools> {
  return { binDir: await linkExecutables(executables), plugins: describePlugins(executables), versions };
}

async function takeImages(directory: string, progress: Progress, signal: AbortSignal): Promise<ImageSet> {
  const programs = programsHash(await bundlePrograms());
  return progress.step(`Images of ${directory}`, (detail) =>
    takeSavedImages(directory, programs, signal, detail),
  );
}

/** The toolchain, when all of it is at hand. */
async function findToolchain(given?: ImageSet): Promise<Toolchain | undefined> {
  const [{ executables, missing }, packages, bundles] = await Promise.all([
    resolveTools(tools),
    missingPackages(),
    bundlePrograms(),
  ]);
  const images = given ?? imageSet(bundles, executableRecipe);
  if (missing.length > 0 || packages.length > 0 || !haveImages(images)) return undefined;
  await touch(images.recipe);
  return {
    binDir: await linkExecutables(executables),
    plugins: describePlugins(executables),
    images: describeImages(images),
    charts: describeCharts(executables),
    versions,
  };
}

/** Cached and installed executables, side by side in one directory. */
function linkExecutables(executables: Record<string, string>): Promise<string> {
  const elsewhere = new Set(tools.filter((tool) => tool.forImages || tool.plugin).map((tool) => tool.name));
  const links = Object.entries(executables).filter(([name]) => !elsewhere.has(name));
  return ensureEntry({ name: "bin", version: "1", inputs: links }, async (directory) => {
    for (const [name, path] of links) await symlink(path, join(directory, name));
  });
}

function describePlugins({ [KUBERNETES_PLUGIN]: path = "" }: Record<string, string>): ClientTools["plugins"] {
  const tool = tools.find(({ name }) => name === KUBERNETES_PLUGIN);
  return {
    kubernetes: { executable: path, origin: tool === undefined ? "installed" : pluginOrigin(tool, path) },
  };
}

function pluginOrigin(tool: Tool, path: string): ToolchainPlugin["origin"] {
  if (!path.startsWith(cacheDir())) return "installed";
  return originOf(tool) === tool.official?.url ? "official release" : "built from its Go module";
}

function describeCharts({ "cert-manager": certManager = "" }: Record<string, string>): Toolchain["charts"] {
  return {
    certManager: chartDir(dirname(certManager)),
    traefik: join(projectRoot, "local-cloud", "charts", "traefik"),
  };
}

function describeImages({ references, archives }: ImageSet): Toolchain["images"] {
  return forEachImage((name) => ({ reference: references[name], archive: archives[name] }));
}
