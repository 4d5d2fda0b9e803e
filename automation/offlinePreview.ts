import { dirname } from "node:path";
import { LocalWorkspace, type OpMap } from "@pulumi/pulumi/automation";
import type { Inputs } from "@pulumi/pulumi";
import { type Config, projectName } from "../config/config";
import { preparePolicyAnalyzer } from "./policyAnalyzer";
import { CALLER_VARIABLE } from "@lstm-pfd/local-cloud/plugins/aws-preview";
import { preparePlugins } from "@lstm-pfd/local-cloud/plugins";
import { withTemporaryDirectory } from "../lib/temporaryDirectory";
import type { ClientTools } from "@lstm-pfd/local-cloud/toolchain";
import stackProgram from "../index";
import { inlineProgram } from "./inlineProgram";
import type { Layer } from "./layers";
import { preview, type Watching } from "./operation";
import { pathWith } from "./plugins";
import { type PolicySettings, withPolicies } from "./policySettings";
import { configMap } from "./stack";

/** One layer, and how its preview is watched. */
export interface OfflinePreview {
  /** Configuration as the program gets it, stand-ins for secrets included. */
  layer: Layer;
  /** The same configuration, checked. */
  config: Config;
  settings: PolicySettings;
  toolchain: ClientTools;
  watching: Watching;
  /** Takes the engine's own text. */
  onOutput: (text: string) => void;
  /** @default index.ts */
  program?: () => Promise<Inputs>;
}

/**
 * Previews a layer as a new stack on the real engine, held to the policy pack, without network and account: the embedded
 * providers with the upstream one of Kubernetes, and for aws a stand-in that can only preview. It leaves nothing behind.
 * @throws OperationError
 */
export async function offlinePreview(plan: OfflinePreview): Promise<OpMap> {
  const { layer, config, settings, toolchain, watching, onOutput, program = stackProgram } = plan;
  return withTemporaryDirectory("preview", async (directory) => {
    const envVars = {
      PATH: pathWith([
        await preparePlugins(["awsPreview", "embedded", "random"]),
        await preparePolicyAnalyzer(),
        toolchain.binDir,
        dirname(toolchain.plugins.kubernetes.executable),
      ]),
      PULUMI_BACKEND_URL: `file://${directory}`,
      // Of a state that ends with the preview.
      PULUMI_CONFIG_PASSPHRASE: "preview",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      [CALLER_VARIABLE]: callerOf(config),
    };
    // The engine's own command is looked for on this process's path.
    process.env["PATH"] = envVars.PATH;
    const stack = await LocalWorkspace.createStack(
      { stackName: layer.stack, projectName, program: inlineProgram(program) },
      { workDir: directory, envVars },
    );
    await stack.setAllConfig(configMap(layer.config));
    return withPolicies(settings, (policies) => preview(stack, watching, onOutput, policies));
  });
}

/** The role that would run `up`: the one that makes the vault, or one that administers the cluster. */
function callerOf({ layer, aws }: Config): string {
  return layer === "vault" ? aws.vault.breakGlassRoleArn : (aws.cluster.administrators[0] ?? "");
}
