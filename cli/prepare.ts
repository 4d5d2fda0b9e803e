import { type Config, parseConfig, qualified } from "../config/config";
import { readKubeconfig } from "../config/kubeconfigFile";
import { withKit } from "../kit/withKit";
import { checkFree as checkStoreFree } from "@lstm-pfd/local-cloud/object-store";
import type { Progress } from "../lib/progress";
import { checkFree as checkSiteFree, recordedSpec } from "@lstm-pfd/local-cloud/site";
import { terminalProgress } from "../lib/terminalProgress";
import { checkHost, ensureClientTools, ensureToolchain } from "@lstm-pfd/local-cloud/toolchain";
import { findPlugins } from "../automation/plugins";
import type { EmbeddedEngine, Engine } from "../automation/stack";
import type { Options } from "./commandLine";
import { ensurePassphrase } from "./ownKit";

/** An engine that is ready, and where progress is shown. */
export interface Prepared<E extends Engine> {
  engine: E;
  progress: Progress;
}

/**
 * Checks the host where a plan makes anything on it, and provides a passphrase: what must hold before a plan is looked at.
 * @throws Error with one sentence
 */
export async function prepareHost({ embedded }: { embedded: boolean }): Promise<void> {
  if (embedded) await checkHost();
  ensurePassphrase();
}

/**
 * Prepares the engine for the stacks of a plan: the whole embedded cloud where anything of it is used, otherwise the engine's
 * own tools, which need neither root nor Linux' namespaces.
 * @throws Error with one sentence when any of that cannot be obtained
 */
export async function prepareEngine(
  options: Pick<Options, "plugins" | "images">,
  { embedded }: { embedded: boolean },
  signal: AbortSignal,
): Promise<Prepared<Engine>> {
  if (embedded) return prepareEmbeddedEngine(options, signal);
  const progress = terminalProgress();
  const toolchain = await ensureClientTools(progress, signal);
  return { engine: { toolchain, plugins: await findPlugins(toolchain, options.plugins) }, progress };
}

/**
 * Checks the host, prepares the toolchain and finds the plugins.
 * @throws Error with one sentence when any of that cannot be obtained
 */
export async function prepareEmbeddedEngine(
  { plugins, images }: Pick<Options, "plugins" | "images">,
  signal: AbortSignal,
): Promise<Prepared<EmbeddedEngine>> {
  const progress = terminalProgress();
  await checkHost();
  const toolchain = await ensureToolchain(progress, signal, images);
  return { engine: { toolchain, plugins: await findPlugins(toolchain, plugins) }, progress };
}

/**
 * Refuses a configuration that the program would refuse, before the engine starts.
 * @param config key without namespace → value
 * @throws ConfigError; RecoveryKitError
 */
export function checkConfig(config: Readonly<Record<string, string>>): Config {
  const checked = parseConfig(withKit(qualified(config)));
  if (checked.cluster.kind === "kubeconfig") readKubeconfig(checked.cluster.path);
  return checked;
}

/**
 * Refuses names and ports on this machine that are another's, before anything is made. What a stack of this project has made
 * already is left to the engine, which knows whose it is.
 * @throws Error with one sentence
 */
export async function checkPlaces({ cluster, objectStore }: Config): Promise<void> {
  if (objectStore.kind === "embedded") await checkStoreFree(objectStore);
  if (cluster.kind === "embedded" && recordedSpec(cluster.name) === undefined)
    await checkSiteFree({ ...cluster, owner: "" });
}
