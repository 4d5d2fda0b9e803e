import { copyFileSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { LocalWorkspace, type OutputMap, type Stack } from "@pulumi/pulumi/automation";
import { projectName } from "../config/config";
import { projectRoot, stateDir } from "../lib/paths";
import { withTemporaryDirectory } from "../lib/temporaryDirectory";
import type { ClientTools, Toolchain } from "@lstm-pfd/local-cloud/toolchain";
import { MANIFEST_VARIABLE, writeManifest } from "@lstm-pfd/local-cloud/toolchain/manifest";
import program from "../index";
import { inlineProgram } from "./inlineProgram";
import { pathWith, type Plugins } from "./plugins";

/** What every operation of the engine needs. */
export interface Engine {
  /** The whole toolchain where anything is embedded. */
  toolchain: ClientTools | Toolchain;
  plugins: Plugins;
  /** Directory for stack settings, and for state where no backend is configured. @default a place in the state directory */
  directory?: string;
}

/** An engine on the embedded cloud. */
export type EmbeddedEngine = Engine & { toolchain: Toolchain };

/** Environment of the engine and everything that it starts. */
export async function engineEnvironment({
  toolchain,
  plugins,
  directory,
}: Engine): Promise<Record<string, string>> {
  return {
    PATH: pathWith([...plugins.path, toolchain.binDir]),
    PULUMI_BACKEND_URL:
      directory === undefined && process.env["PULUMI_BACKEND_URL"] !== undefined
        ? process.env["PULUMI_BACKEND_URL"]
        : `file://${stateDirectory(directory)}`,
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_K8S_DELETE_UNREACHABLE: "true",
    ...("images" in toolchain ? { [MANIFEST_VARIABLE]: await writeManifest(toolchain) } : {}),
  };
}

function stateDirectory(directory = join(stateDir(), "pulumi")): string {
  const path = join(directory, "state");
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}

/**
 * Opens a stack, new or not, and sets its configuration. The program is `index.ts` either way: run by the upstream language
 * host where there is one, otherwise inline, by this process.
 * @param config key without namespace → value; nothing secret, since it becomes arguments of a command
 */
export async function openStack(
  engine: Engine,
  stackName: string,
  config: Readonly<Record<string, string>>,
): Promise<Stack> {
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
  const wanted = Object.entries(config).map(([key, value]) => [`${projectName}:${key}`, { value }]);
  await stack.setAllConfig(Object.fromEntries(wanted) as Record<string, { value: string }>);
  return stack;
}

/**
 * Where the settings of a stack are, with a project of their own: what `pulumi -C` takes.
 * @param directory of the engine; @default a place in the state directory
 */
export function settingsDirectory(stackName: string, directory = join(stateDir(), "pulumi")): string {
  return join(directory, "stacks", stackName);
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

/** Whether a stack of this name exists. */
export function stackExists(engine: Engine, stackName: string): Promise<boolean> {
  return withWorkspace(engine, (workspace) => exists(workspace, stackName));
}

/**
 * Outputs of a stack as they are, secrets open. Neither its program nor its settings are needed.
 * @returns undefined when there is no stack of this name
 */
export function stackOutputs(engine: Engine, stackName: string): Promise<OutputMap | undefined> {
  return withWorkspace(engine, async (workspace) =>
    (await exists(workspace, stackName)) ? workspace.stackOutputs(stackName) : undefined,
  );
}

async function withWorkspace<T>(engine: Engine, work: (workspace: LocalWorkspace) => Promise<T>): Promise<T> {
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
