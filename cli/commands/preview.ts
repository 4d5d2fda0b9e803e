import { existsSync } from "node:fs";
import type { Layer } from "../../automation/layers";
import { countChanges, preview } from "../../automation/operation";
import { policySettings, withPolicies } from "../../automation/policySettings";
import { leavingNoTrace } from "../../automation/stack";
import type { Options } from "../commandLine";
import { checkConfig, prepareEngine, prepareHost } from "../prepare";
import { rememberedText } from "../rememberedText";
import { stackPlan } from "../stackPlan";

/**
 * Shows what `up` would do, held to the policy pack, and leaves no trace: no stack, no settings. A platform can be previewed once
 * its vault is there, since it stands on the recovery kit.
 */
export async function run(options: Options, signal: AbortSignal): Promise<void> {
  const plan = stackPlan(options);
  const { vault, platform, kit, embedded, standIns } = plan;
  await prepareHost({ embedded });
  const layers: Layer[] =
    vault === undefined ? [] : [{ ...vault, config: { ...vault.config, layer: "vault" } }];
  const kitMissing = vault !== undefined && !existsSync(kit);
  if (!kitMissing) layers.push({ ...platform, config: { ...platform.config, layer: "platform" } });
  const checked = layers.map((layer) => ({
    ...layer,
    settings: policySettings(checkConfig({ ...standIns, ...layer.config })),
  }));
  const { engine, progress } = await prepareEngine(options, { embedded }, signal);
  for (const { stack, config, forget = [], settings } of checked) {
    const text: string[] = [];
    const changes = await progress.step(`Preview of ${stack}`, (detail) =>
      leavingNoTrace(engine, stack, async (open) => {
        const opened = await open({ config, copied: config, forget });
        return withPolicies(settings, (policies) =>
          preview(opened, { detail, signal }, (piece) => text.push(piece), policies),
        );
      }),
    );
    process.stdout.write(
      `${text.join("")}\nstack ${stack}: ${countChanges(changes)} resources would change\n`,
    );
  }
  process.stdout.write(rememberedText(plan));
  if (kitMissing)
    process.stdout.write(`stack ${platform.stack}: there is no vault yet; "npm run up" makes it first\n`);
}
