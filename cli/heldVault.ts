import { existsSync } from "node:fs";
import type { Layer } from "../automation/layers";
import { type Engine, stackHasResources } from "../automation/stack";
import { holdToVault } from "../kit/keepInVault";
import type { StackPlan } from "./stackPlan";

/**
 * The vault that a plan makes on this machine. Where that stands elsewhere, or was made by another stack, a kit that is there is held to
 * it first: one that does not fit is refused before anything is touched, and what is not known is said.
 * @returns undefined where the plan makes none
 * @throws RecoveryKitError; Error when the plan would make a new vault beside a kit of one that does not answer
 */
export async function heldVault(
  engine: Engine,
  { vault, platform, kit }: Pick<StackPlan, "vault" | "platform" | "kit">,
): Promise<Layer | undefined> {
  if (!existsSync(kit)) return vault;
  if (vault !== undefined && (await stackHasResources(engine, vault.stack))) return vault;
  const { fits, said } = await holdToVault(kit, platform.config);
  process.stderr.write(said.map((line) => `${line}\n`).join(""));
  if (vault !== undefined && !fits)
    throw new Error(
      `recovery kit ${kit} is there, but stack ${vault.stack} is not, and a new vault would be empty: tell where the vault of this kit is (--config objectStore=s3 --config s3Endpoint=URL, --from-vault ADDRESS, or the --stack that it belongs to), or move the kit away to begin anew`,
    );
  return undefined;
}
