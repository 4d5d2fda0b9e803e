import { existsSync } from "node:fs";
import { sideBySide } from "../../lib/concurrently";
import type { Progress } from "../../lib/progress";
import { bundlePrograms } from "../../images/build/bundle";
import { ensureImages, type ImageSet, imageSet } from "../../images/build/imageSet";
import { prune } from "../../lib/cache";
import { checkSpace, freeSpace } from "./checkHost";
import { ensureGo, fetchModules, removeBuildDir } from "./goBuild";
import { installPackages, missingPackages } from "./hostPackages";
import { obtain } from "./obtain";
import { reachableOrigins } from "./official";
import { resolveTools } from "./resolve";
import { executableRecipe, tools, type GoPackage, type Tool } from "./tools";

const PACKAGES_STEP = "Debian packages";
const IMAGES_STEP = "Images";
const MODULES_STEP = "Go modules";

/** How the steps are called that obtain some tools. */
export function toolSteps(missing: readonly Tool[]): string[] {
  const built = missing.some(({ registry }) => registry.kind === "go");
  return [...(built ? [MODULES_STEP] : []), ...missing.map(stepName)];
}

function stepName(tool: Tool): string {
  return `${tool.name} ${tool.version}`;
}

/**
 * Obtains every tool, package and image that is not at hand. The caller holds the lock.
 * @param given images that were made elsewhere @default they are built
 * @throws CommandError and others when something cannot be obtained; what was finished by then stays
 */
export async function prepareMissing(
  progress: Progress,
  signal: AbortSignal,
  given?: ImageSet,
): Promise<void> {
  const [{ missing }, packages, bundles] = await Promise.all([
    resolveTools(tools),
    missingPackages(),
    bundlePrograms(),
  ]);
  const images = given ?? imageSet(bundles, executableRecipe);
  const atHand = haveImages(images);
  progress.plan([
    ...(packages.length > 0 ? [PACKAGES_STEP] : []),
    ...toolSteps(missing),
    ...(atHand ? [] : [IMAGES_STEP]),
  ]);
  if (packages.length > 0) {
    await progress.step(PACKAGES_STEP, (detail) => installPackages(packages, detail));
    signal.throwIfAborted();
  }
  await obtainTools(missing, progress, signal);
  if (!atHand) {
    await checkSpace(freeSpace.images);
    const { executables } = await resolveTools(tools);
    await progress.step(IMAGES_STEP, (detail) =>
      ensureImages(bundles, executableRecipe, executables, signal, detail),
    );
  }
  for (const name of [...missing.map((tool) => tool.name), images.recipe.name, "bin"]) await prune(name);
}

/** Whether the archives of all images are there. */
export function haveImages({ archives }: ImageSet): boolean {
  return Object.values(archives).every(existsSync);
}

/**
 * Obtains tools that are not at hand. The caller holds the lock.
 * @throws CommandError and others when something cannot be obtained
 */
export async function obtainTools(
  missing: readonly Tool[],
  progress: Progress,
  outer: AbortSignal,
): Promise<void> {
  const reachable = await reachableOrigins(
    missing.flatMap(({ official }) => (official ? [official.url] : [])),
  );
  let home: Promise<string> | undefined;
  const go = (signal: AbortSignal): Promise<string> => (home ??= ensureGo(signal));
  const lane = (kinds: readonly Tool["registry"]["kind"][]) => async (signal: AbortSignal) => {
    const circumstances = { reachable, signal, go: () => go(signal) };
    for (const tool of missing.filter(({ registry }) => kinds.includes(registry.kind))) {
      await progress.step(stepName(tool), (detail) => obtain(tool, circumstances, detail));
    }
  };
  const sources = sourcesToFetch(missing, reachable);
  const modules = async (signal: AbortSignal): Promise<void> => {
    if (!toolSteps(missing).includes(MODULES_STEP)) return;
    await progress.step(MODULES_STEP, async (detail) => {
      for (const { tool, source } of sources) {
        detail(`of ${tool}`);
        await fetchModules(await go(signal), source, signal);
      }
    });
  };
  // Building keeps the processors busy, fetching the network.
  await sideBySide(outer, [lane(["go"]), lane(["wheel", "npm"]), modules]);
  await removeBuildDir();
}

/** What will be built, because there is no official release to be had; what is compiled first is wanted first. */
function sourcesToFetch(
  missing: readonly Tool[],
  reachable: ReadonlySet<string>,
): { tool: string; source: GoPackage }[] {
  return missing.flatMap(({ name, official, registry }) =>
    registry.kind === "go" && !(official && reachable.has(new URL(official.url).origin))
      ? [{ tool: name, source: registry }]
      : [],
  );
}
