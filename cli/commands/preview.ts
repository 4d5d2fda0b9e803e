import { existsSync } from "node:fs";
import type { Layer } from "../../engine/layers";
import { countChanges, preview } from "../../engine/operation";
import { policySettings, withPolicies } from "../../engine/policySettings";
import { openStack } from "../../engine/stack";
import type { Options } from "../commandLine";
import { checkConfig, prepareEngine, prepareHost } from "../prepare";
import { stackPlan } from "../stackPlan";

/**
 * Shows what `up` would do, held to the policy pack. A platform can be foreseen once its vault is there, since it stands on
 * the recovery kit.
 */
export async function run(options: Options, signal: AbortSignal): Promise<void> {
  const { vault, platform, kit, embedded } = stackPlan(options);
  await prepareHost({ embedded });
  const layers: Layer[] =
    vault === undefined ? [] : [{ ...vault, config: { ...vault.config, layer: "vault" } }];
  const kitMissing = vault !== undefined && !existsSync(kit);
  if (!kitMissing) layers.push({ ...platform, config: { ...platform.config, layer: "platform" } });
  const checked = layers.map((layer) => ({ ...layer, settings: policySettings(checkConfig(layer.config)) }));
  const { engine, progress } = await prepareEngine(options, { embedded }, signal);
  for (const { stack, config, settings } of checked) {
    const opened = await openStack(engine, stack, config);
    const text: string[] = [];
    const changes = await progress.step(`Preview of ${stack}`, (detail) =>
      withPolicies(settings, (policies) =>
        preview(opened, { detail, signal }, (piece) => text.push(piece), policies),
      ),
    );
    process.stdout.write(
      `${text.join("")}\nstack ${stack}: ${countChanges(changes)} resources would change\n`,
    );
  }
  if (kitMissing)
    process.stdout.write(`stack ${platform.stack}: there is no vault yet; "npm run up" makes it first\n`);
}
