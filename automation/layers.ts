import type { OutputMap } from "@pulumi/pulumi/automation";
import { type RecoveryKit, writeVaultKit } from "../kit/recoveryKit";
import { up, type Updated, type Watching } from "./operation";
import { type Engine, openStack } from "./stack";

/** One layer of the system as a stack. */
export interface Layer {
  /** Name of the stack. */
  stack: string;
  /** Configuration: key without namespace → value, nothing secret. */
  config: Readonly<Record<string, string>>;
}

/**
 * Brings the vault to what the program says, and writes the recovery kit.
 * @param kitPath where the kit goes
 * @throws OperationError
 */
export async function upVault(
  engine: Engine,
  { stack, config }: Layer,
  kitPath: string,
  watching: Watching,
): Promise<RecoveryKit> {
  const opened = await openStack(engine, stack, { ...config, layer: "vault" });
  const { outputs } = await up(opened, watching);
  return writeVaultKit(kitPath, kitOf(stack, outputs));
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
 * Brings the platform to what the program says: on a fresh stack, that is the recovery.
 * @throws OperationError
 */
export async function upPlatform(
  engine: Engine,
  { stack, config }: Layer,
  watching: Watching,
): Promise<Updated> {
  const opened = await openStack(engine, stack, { ...config, layer: "platform" });
  return up(opened, watching);
}
