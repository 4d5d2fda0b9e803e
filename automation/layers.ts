import type { OutputMap, Stack } from "@pulumi/pulumi/automation";
import { CLUSTER_FILE_VARIABLE } from "../lib/clusterFile";
import { withVaultValues } from "../kit/changes";
import { keepInVault } from "../kit/keepInVault";
import type { Kept } from "../kit/keepKit";
import type { RecoveryKit } from "../kit/recoveryKit";
import { awaitCluster } from "./awaitCluster";
import { OperationError, up, type Updated, type Watching } from "./operation";
import type { Settings } from "./ownSettings";
import { repeatUntilPropagated } from "./propagation";
import { type Engine, openStack } from "./stack";
import { explain, whileWatchingPods } from "./watchPods";

/** One layer of the system as a stack. */
export interface Layer {
  /** Name of the stack. */
  stack: string;
  /** Configuration: key without namespace, or a foreign one with it → value. */
  config: Settings;
  /** The part of it that the stack's own settings need not keep, because each command works it out anew. @default none */
  copied?: Settings;
  /** Keys that the stack's own settings keep no longer. @default none */
  forget?: readonly string[];
}

/** Opens the stack of a layer, new or not, and sets its configuration. */
export function openLayer(
  engine: Engine,
  { stack, config, copied, forget }: Layer,
  layer: "vault" | "platform",
): Promise<Stack> {
  return openStack(engine, stack, {
    config: { ...config, layer },
    ...(copied === undefined ? {} : { copied: { ...copied, layer } }),
    ...(forget === undefined ? {} : { forget }),
  });
}

/**
 * Brings the vault to what the program says, and writes the recovery kit: into its file, and into the vault.
 * @param kitPath where the kit goes
 * @returns the kit, whether the vault has it, what the vault has told for it, and its outputs
 * @throws OperationError; RecoveryKitError when kit and vault do not fit
 */
export async function upVault(
  engine: Engine,
  layer: Layer,
  kitPath: string,
  watching: Watching,
): Promise<Kept & { told: RecoveryKit; outputs: OutputMap }> {
  const opened = await openLayer(engine, layer, "vault");
  const { outputs } = await repeatUntilPropagated(() => up(opened, watching), watching);
  const ofVault = kitOf(layer.stack, outputs);
  const kept = await keepInVault(kitPath, layer.config, (kit) => withVaultValues(kit, ofVault, kitPath));
  return { ...kept, told: ofVault, outputs };
}

/**
 * What a vault tells for the recovery kit.
 * @param stack its name
 * @throws Error when the outputs are of no vault
 */
export function kitOf(stack: string, outputs: OutputMap): RecoveryKit {
  const kit = outputs["kit"]?.value as RecoveryKit | undefined;
  if (kit === undefined)
    throw new Error(
      `stack ${stack} has no output "kit": it is no vault, or its "up" has never succeeded; bring it up first`,
    );
  return kit;
}

/**
 * Brings the platform to what the program says: on a fresh stack, that is the recovery. Pods that do not start end it, after a
 * grace, with their cause.
 * @throws OperationError
 */
export async function upPlatform(engine: Engine, layer: Layer, watching: Watching): Promise<Updated> {
  const opened = await openLayer(engine, layer, "platform");
  await awaitCluster(layer.config, watching);
  return whileWatchingPods(layer.stack, watching.signal, async (clusterFile, watch) => {
    // A language host gets it from the engine, an inline program from this process.
    opened.workspace.envVars[CLUSTER_FILE_VARIABLE] = process.env[CLUSTER_FILE_VARIABLE] = clusterFile;
    try {
      return await repeatUntilPropagated(() => up(opened, watching), watching);
    } catch (error) {
      throw error instanceof OperationError
        ? error.explained((problems) => explain(watch() ?? { ended: [], last: { items: [] } }, problems))
        : error;
    } finally {
      Reflect.deleteProperty(process.env, CLUSTER_FILE_VARIABLE);
    }
  });
}
