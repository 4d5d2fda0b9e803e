import { copyFileSync, existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { type ConfigMap, LocalWorkspace, type OutputMap, type Stack } from "@pulumi/pulumi/automation";
import { projectName, qualified } from "../config/config";
import { isSecret, readSettings } from "../config/settingsFile";
import { projectRoot, stateDir } from "../lib/paths";
import { withTemporaryDirectory } from "../lib/temporaryDirectory";
import type { ClientTools, Toolchain } from "@lstm-pfd/local-cloud/toolchain";
import { MANIFEST_VARIABLE, writeManifest } from "@lstm-pfd/local-cloud/toolchain/manifest";
import program from "../index";
import { inlineProgram } from "./inlineProgram";
import { keepSettings, noteCopied, type Settings } from "./ownSettings";
import { pathWith, type Plugins } from "./plugins";
import { settingsDirectory } from "./settingsDirectory";
import { removeDeadLocks } from "./stackLocks";

export { settingsDirectory };

/** What every operation of the engine needs. */
export interface Engine {
  /** The whole toolchain where anything is embedded. */
  toolchain: ClientTools | Toolchain;
  plugins: Plugins;
  /** Directory for stack settings, and for state where no backend is configured. @default a directory in the state directory */
  directory?: string;
}

/** As much of it as reads what stacks hold: nothing is run. */
export type StackReader = Pick<Engine, "toolchain" | "directory"> & { plugins: Pick<Plugins, "path"> };

/** An engine on the embedded cloud. */
export type EmbeddedEngine = Engine & { toolchain: Toolchain };

/** Environment of the engine and everything that it starts. */
export async function engineEnvironment({
  toolchain,
  plugins,
  directory,
}: StackReader): Promise<Record<string, string>> {
  return {
    PATH: pathWith([...plugins.path, toolchain.binDir]),
    PULUMI_BACKEND_URL:
      directory === undefined && process.env["PULUMI_BACKEND_URL"] !== undefined
        ? process.env["PULUMI_BACKEND_URL"]
        : `file://${stateDirectory(directory)}`,
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // No answer is no loss: only a removal may forget what is in a cluster that does not answer.
    PULUMI_K8S_DELETE_UNREACHABLE: "false",
    ...("images" in toolchain ? { [MANIFEST_VARIABLE]: await writeManifest(toolchain) } : {}),
  };
}

function stateDirectory(directory = join(stateDir(), "pulumi")): string {
  const path = join(directory, "state");
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}

/**
 * Takes away the locks that dead processes of this host have left on a stack.
 * @returns what was done, for a person: a line for each; empty for nothing
 */
export async function freeOfDeadLocks(engine: Engine, stack: string): Promise<string> {
  const { PULUMI_BACKEND_URL = "" } = await engineEnvironment(engine);
  return removeDeadLocks(PULUMI_BACKEND_URL, stack)
    .map((line) => `${line}\n`)
    .join("");
}

/** What a stack's own settings are to hold. */
export interface StackSettings {
  /** Key without namespace, or a foreign one with it → value. */
  config: Settings;
  /** As in `Layer`: with it, settings that are in neither of them are removed. @default they stay */
  copied?: Settings;
  forget?: readonly string[];
}

/**
 * Opens a stack, new or not, and sets its configuration. The program is `index.ts` either way: run by the upstream language
 * host where there is one, otherwise inline, by this process.
 * @param settings @default those that it has
 */
export async function openStack(engine: Engine, stackName: string, settings?: StackSettings): Promise<Stack> {
  const environment = await engineEnvironment(engine);
  // The inline program runs in this process, and the engine's own command is looked for on this process's path.
  for (const name of ["PATH", MANIFEST_VARIABLE])
    if (environment[name] !== undefined) process.env[name] = environment[name];
  const workDir = settingsDirectory(stackName, engine.directory);
  mkdirSync(workDir, { recursive: true, mode: 0o700 });
  layOut(workDir);
  const options = { workDir, envVars: environment };
  const stack =
    engine.plugins.languageHost === undefined
      ? await LocalWorkspace.createOrSelectStack(
          { stackName, projectName, program: inlineProgram(program) },
          options,
        )
      : await LocalWorkspace.createOrSelectStack({ stackName, workDir }, options);
  if (settings !== undefined) await setSettings(stack, workDir, settings);
  return stack;
}

async function setSettings(
  stack: Stack,
  workDir: string,
  { config, copied, forget = [] }: StackSettings,
): Promise<void> {
  const stale = readSettings(join(workDir, `Pulumi.${stack.name}.yaml`)).filter(
    ({ key, kind }) =>
      !(key in config) && (forget.includes(key) || (copied !== undefined && kind === "plain")),
  );
  if (stale.length > 0)
    await stack.removeAllConfig(
      Object.keys(qualified(Object.fromEntries(stale.map(({ key }) => [key, ""])))),
    );
  await stack.setAllConfig(configMap(config));
  if (copied !== undefined) noteCopied(workDir, copied);
}

/** Values as the engine takes them, those of secret keys to be encrypted. */
export function configMap(config: Settings): ConfigMap {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      Object.keys(qualified({ [key]: value })).join(""),
      { value, secret: isSecret(key) },
    ]),
  );
}

/**
 * Does something with a stack that must leave no trace: its settings are as before afterwards, and where there was none, there
 * is none.
 */
export async function leavingNoTrace<T>(
  engine: Engine,
  stackName: string,
  work: (opened: (settings: StackSettings) => Promise<Stack>) => Promise<T>,
): Promise<T> {
  const workDir = settingsDirectory(stackName, engine.directory);
  const existed = await stackExists(engine, stackName);
  const hadSettings = existsSync(workDir);
  const putBack = keepSettings(workDir, stackName);
  let stack: Stack | undefined;
  try {
    return await work(async (settings) => (stack = await openStack(engine, stackName, settings)));
  } finally {
    if (!existed && (await stackExists(engine, stackName))) {
      const made = stack ?? (await openStack(engine, stackName));
      await made.workspace.removeStack(stackName);
    }
    if (hadSettings) putBack();
    else rmSync(workDir, { recursive: true, force: true });
  }
}

/** A project of its own beside the settings, so that none of them ends up in the checkout. */
function layOut(workDir: string): void {
  copyFileSync(join(projectRoot, "Pulumi.yaml"), join(workDir, "Pulumi.yaml"));
  for (const name of ["package.json", "index.ts", "node_modules"]) {
    const link = join(workDir, name);
    rmSync(link, { force: true });
    symlinkSync(join(projectRoot, name), link);
  }
}

/** Whether a stack holds anything: one that was opened for a preview is as good as new, and so is one that was emptied. */
export function stackHasResources(engine: Engine, stackName: string): Promise<boolean> {
  return withWorkspace(engine, async (workspace) =>
    (await workspace.listStacks()).some(
      ({ name, resourceCount = 0 }) => name === stackName && resourceCount > 0,
    ),
  );
}

/** Whether a stack of this name exists. */
export function stackExists(engine: Engine, stackName: string): Promise<boolean> {
  return withWorkspace(engine, (workspace) => exists(workspace, stackName));
}

/**
 * Outputs of a stack as they are, secrets open. Neither its program nor its settings are needed.
 * @returns undefined when there is no stack of this name
 */
export function stackOutputs(engine: StackReader, stackName: string): Promise<OutputMap | undefined> {
  return withWorkspace(engine, async (workspace) =>
    (await exists(workspace, stackName)) ? workspace.stackOutputs(stackName) : undefined,
  );
}

async function withWorkspace<T>(
  engine: StackReader,
  work: (workspace: LocalWorkspace) => Promise<T>,
): Promise<T> {
  const environment = await engineEnvironment(engine);
  process.env["PATH"] = environment["PATH"];
  return withTemporaryDirectory("lstm-pfd-workspace", async (workDir) => {
    const projectSettings = { name: projectName, runtime: "nodejs" } as const;
    return work(await LocalWorkspace.create({ workDir, envVars: environment, projectSettings }));
  });
}

async function exists(workspace: LocalWorkspace, stackName: string): Promise<boolean> {
  return (await workspace.listStacks()).some(({ name }) => name === stackName);
}
