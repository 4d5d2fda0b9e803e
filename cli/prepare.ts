import { mkdirSync, writeFileSync, existsSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { type Config, parseConfig, qualified } from "../config/config";
import { readKubeconfig } from "../config/kubeconfigFile";
import { refuseEmptyPassphrase } from "../kit/passphrase";
import { withKit } from "../kit/withKit";
import { checkFree as checkStoreFree } from "@lstm-pfd/local-cloud/object-store";
import { stateDir } from "../lib/paths";
import type { Progress } from "../lib/progress";
import { checkFree as checkSiteFree, recordedSpec } from "@lstm-pfd/local-cloud/site";
import { terminalProgress } from "../lib/terminalProgress";
import { checkHost, ensureClientTools, ensureToolchain } from "@lstm-pfd/local-cloud/toolchain";
import { findPlugins } from "../automation/plugins";
import type { EmbeddedEngine, Engine } from "../automation/stack";
import type { Options } from "./commandLine";

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
 * Uses a passphrase of this machine where none is given: the embedded cloud must start without questions, and nothing of it
 * leaves the machine.
 */
export function ensurePassphrase(directory = stateDir()): void {
  refuseEmptyPassphrase();
  const { PULUMI_CONFIG_PASSPHRASE: direct, PULUMI_CONFIG_PASSPHRASE_FILE: file } = process.env;
  if (direct !== undefined || (file ?? "") !== "") return;
  const path = join(directory, "passphrase");
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600, flush: true });
  }
  process.env["PULUMI_CONFIG_PASSPHRASE_FILE"] = path;
}

/** Uses the passphrase that {@link ensurePassphrase} has made on this machine, where none is given and there is one. */
export function ownPassphrase(directory = stateDir()): void {
  if (existsSync(join(directory, "passphrase"))) ensurePassphrase(directory);
}

/** Where the recovery kit of a stack is kept on this machine. */
export function kitPath(stack: string, directory = stateDir()): string {
  return join(directory, "kits", `${stack}.kit`);
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
