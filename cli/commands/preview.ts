import { existsSync } from "node:fs";
import { countChanges, preview } from "../../engine/operation";
import { openStack } from "../../engine/stack";
import type { Options } from "../commandLine";
import { checkConfig, ensurePassphrase, prepareEngine } from "../prepare";
import { stackPlan } from "../stackPlan";

/** Shows what `up` would do. A platform can be foreseen once its vault is there, since it stands on the recovery kit. */
export async function run(options: Options, signal: AbortSignal): Promise<void> {
  const { vault, platform, kit } = stackPlan(options);
  ensurePassphrase();
  if (vault !== undefined) checkConfig({ ...vault.config, layer: "vault" });
  const kitMissing = vault !== undefined && !existsSync(kit);
  if (!kitMissing) checkConfig(platform.config);
  const { engine, progress } = await prepareEngine(options, signal);
  const show = async (stack: string, config: Readonly<Record<string, string>>): Promise<void> => {
    const opened = await openStack(engine, stack, config);
    const text: string[] = [];
    const changes = await progress.step(`Preview of ${stack}`, (detail) =>
      preview(opened, { detail, signal }, (piece) => text.push(piece)),
    );
    process.stdout.write(
      `${text.join("")}\nstack ${stack}: ${countChanges(changes)} resources would change\n`,
    );
  };
  if (vault !== undefined) await show(vault.stack, { ...vault.config, layer: "vault" });
  if (kitMissing)
    process.stdout.write(`stack ${platform.stack}: there is no vault yet; "npm run up" makes it first\n`);
  else await show(platform.stack, { ...platform.config, layer: "platform" });
}
