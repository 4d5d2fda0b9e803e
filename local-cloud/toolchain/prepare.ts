import { existsSync } from "node:fs";
import type { Progress } from "../../lib/progress";
import { bundlePrograms } from "./bundle";
import { prune } from "./cache";
import { checkSpace, freeSpace } from "./checkHost";
import { ensureGo, removeBuildDir } from "./goBuild";
import { installPackages, missingPackages } from "./hostPackages";
import { buildImages, imageSet } from "./imageArchive";
import { obtain } from "./obtain";
import { reachableOrigins } from "./official";
import { resolveTools } from "./resolve";
import { tools, type Tool } from "./tools";

const PACKAGES_STEP = "Debian packages";
const IMAGES_STEP = "Images";

/** How the step is called that obtains a tool. */
export function stepName(tool: Tool): string {
  return `${tool.name} ${tool.version}`;
}

/**
 * Obtains every tool, package and image that is not at hand. The caller holds the lock.
 * @throws CommandError and others when something cannot be obtained; what was finished by then stays
 */
export async function prepareMissing(progress: Progress, signal: AbortSignal): Promise<void> {
  const [{ missing }, packages, bundles] = await Promise.all([
    resolveTools(tools),
    missingPackages(),
    bundlePrograms(),
  ]);
  const images = imageSet(bundles);
  progress.plan([
    ...(packages.length > 0 ? [PACKAGES_STEP] : []),
    ...missing.map(stepName),
    ...(existsSync(images.archive) ? [] : [IMAGES_STEP]),
  ]);
  if (packages.length > 0) {
    await progress.step(PACKAGES_STEP, (detail) => installPackages(packages, detail));
    signal.throwIfAborted();
  }
  await obtainTools(missing, progress, signal);
  if (!existsSync(images.archive)) {
    await checkSpace(freeSpace.images);
    const { executables } = await resolveTools(tools);
    await progress.step(IMAGES_STEP, (detail) => buildImages(bundles, executables, signal, detail));
  }
  for (const name of [...missing.map((tool) => tool.name), images.recipe.name, "bin"]) await prune(name);
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
  const lane = (kinds: readonly Tool["registry"]["kind"][]) => async (signal: AbortSignal) => {
    let go: Promise<string> | undefined;
    const circumstances = { reachable, signal, go: () => (go ??= ensureGo(signal)) };
    for (const tool of missing.filter(({ registry }) => kinds.includes(registry.kind))) {
      await progress.step(stepName(tool), (detail) => obtain(tool, circumstances, detail));
    }
  };
  // Building keeps the processors busy, fetching the network.
  await sideBySide(outer, [lane(["go"]), lane(["wheel", "npm"])]);
  await removeBuildDir();
}

/** Runs works at the same time. The first failure stops the others, and is thrown once they have stopped. */
export async function sideBySide(
  outer: AbortSignal,
  works: readonly ((signal: AbortSignal) => Promise<void>)[],
): Promise<void> {
  const stop = new AbortController();
  const signal = AbortSignal.any([outer, stop.signal]);
  const failures: unknown[] = [];
  await Promise.all(
    works.map((work) =>
      work(signal).catch((error: unknown) => {
        failures.push(error);
        stop.abort();
      }),
    ),
  );
  if (failures.length > 0) throw failures[0];
}
