import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { CommandError, type EngineEvent, LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { preparePlugins, type EmbeddedProvider } from "@lstm-pfd/local-cloud/plugins";
import { ensureToolchain, type Toolchain } from "@lstm-pfd/local-cloud/toolchain";
import { MANIFEST_VARIABLE, writeManifest } from "@lstm-pfd/local-cloud/toolchain/manifest";
import { inlineProgram } from "../../automation/inlineProgram";
import { silentProgress } from "../support/silentProgress";

const PROJECT = "bench";

/** How an operation of the engine ended. */
export interface Outcome {
  passed: boolean;
  /** What it did, in the order of names: `create aws:s3/bucket:Bucket backups`; nothing for what stayed. */
  steps: string[];
  /** All that a person sees. */
  output: string;
}

/** A directory with the real engine, the upstream Kubernetes provider and some of this project's, where tests run stacks. */
export class EngineBench {
  private constructor(
    readonly toolchain: Toolchain,
    /** Backend, and state of the embedded cloud. */
    readonly directory: string,
    private readonly environment: Record<string, string>,
    private readonly before: Record<string, string | undefined>,
  ) {}

  static async open(providers: readonly EmbeddedProvider[]): Promise<EngineBench> {
    const toolchain = await ensureToolchain(silentProgress);
    const directory = mkdtempSync(join(tmpdir(), "engine-"));
    mkdirSync(join(directory, "backend"));
    const environment: Record<string, string> = {
      PATH: [
        ...(providers.length === 0 ? [] : [await preparePlugins(providers)]),
        dirname(toolchain.plugins.kubernetes.executable),
        toolchain.binDir,
        process.env["PATH"] ?? "",
      ].join(delimiter),
      LSTM_PFD_STATE: join(directory, "state"),
      PULUMI_BACKEND_URL: `file://${join(directory, "backend")}`,
      PULUMI_CONFIG_PASSPHRASE: "bench",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      [MANIFEST_VARIABLE]: await writeManifest(toolchain),
    };
    const before = Object.fromEntries(Object.keys(environment).map((name) => [name, process.env[name]]));
    Object.assign(process.env, environment);
    return new EngineBench(toolchain, directory, environment, before);
  }

  /** A new stack of a program. */
  stack(stackName: string, program: () => void): Promise<Stack> {
    return LocalWorkspace.createStack(
      {
        projectName: PROJECT,
        stackName,
        program: inlineProgram(() => {
          program();
          return Promise.resolve();
        }),
      },
      { workDir: mkdtempSync(join(this.directory, "work-")), envVars: this.environment },
    );
  }

  /** The state of a stack as it lies on the disk. */
  stateText(stackName: string): string {
    const project = join(this.directory, "backend", ".pulumi", "stacks", PROJECT);
    return readFileSync(join(project, `${stackName}.json`), "utf8");
  }

  close(): void {
    for (const [name, value] of Object.entries(this.before))
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Runs an operation of a stack to its end, whatever that is. */
export async function operate(
  stack: Stack,
  operation: "preview" | "up" | "refresh" | "destroy",
): Promise<Outcome> {
  const outcome: Outcome = { passed: true, steps: [], output: "" };
  const settings = {
    onEvent: ({ resourcePreEvent }: EngineEvent) => {
      const metadata = resourcePreEvent?.metadata;
      if (metadata === undefined || ["same", "refresh", "read"].includes(metadata.op)) return;
      outcome.steps.push(`${metadata.op} ${metadata.type} ${metadata.urn.split("::").at(-1) ?? ""}`);
    },
    onOutput: (text: string) => (outcome.output += text),
  };
  try {
    await stack[operation](settings);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    outcome.passed = false;
    outcome.output += error.message;
  }
  outcome.steps.sort();
  outcome.output = stripVTControlCharacters(outcome.output);
  return outcome;
}
