import { existsSync } from "node:fs";
import { configKeys } from "../../config/schema";
import { upPlatform, upVault } from "../../automation/layers";
import { countChanges } from "../../automation/operation";
import { readCertificates } from "../../automation/readCertificates";
import { stackHasResources } from "../../automation/stack";
import { withKubectl } from "../../automation/withKubectl";
import { saveCertificates } from "../../kit/saveCertificates";
import { checkPlan } from "../checkPlan";
import type { Options } from "../commandLine";
import { checkConfig, checkPlaces, prepareEngine, prepareHost } from "../prepare";
import { rememberedText } from "../rememberedText";
import { stackPlan } from "../stackPlan";

/** Its name on the display. */
const kitStep = "Recovery kit";

/**
 * Brings vault and platform to what the program says. On a fresh stack beside a vault with backups, that is the recovery. In
 * the end the certificates that cert-manager wrote are saved into the recovery kit.
 */
export async function run(options: Options, signal: AbortSignal): Promise<void> {
  const plan = stackPlan(options);
  const { vault, platform, kit, embedded, standIns } = plan;
  await prepareHost(plan);
  await checkPlaces(checkPlan(plan));
  const { engine, progress } = await prepareEngine(options, { embedded }, signal);
  if (options.fresh && (await stackHasResources(engine, platform.stack)))
    throw new Error(
      `stack ${platform.stack} exists already, and --fresh wants a new one: choose another --stack, or remove it with "npm run down -- --stack ${platform.stack}"`,
    );
  if (vault !== undefined && existsSync(kit) && !(await stackHasResources(engine, vault.stack)))
    throw new Error(
      `recovery kit ${kit} is there, but stack ${vault.stack} is not, and a new vault would be empty: tell where the vault of this kit is (--config objectStore=s3 --config s3Endpoint=URL, or the --stack that it belongs to), or move the kit away to begin anew`,
    );
  process.stdout.write(rememberedText(plan));
  const reached = (platform.config["host"] ?? configKeys.host.default) !== "";
  progress.plan([
    ...(vault === undefined ? [] : [`Vault ${vault.stack}`]),
    `Platform ${platform.stack}`,
    ...(reached ? [kitStep] : []),
  ]);
  if (vault !== undefined)
    await progress.step(`Vault ${vault.stack}`, (detail) => upVault(engine, vault, kit, { detail, signal }));
  checkConfig({ ...standIns, ...platform.config });
  const { changes, outputs } = await progress.step(`Platform ${platform.stack}`, (detail) =>
    upPlatform(engine, platform, { detail, signal }),
  );
  if (reached)
    await progress.step(kitStep, () =>
      withKubectl(outputs, signal, async (kubectl) => saveCertificates(kit, await readCertificates(kubectl))),
    );
  process.stdout.write(
    `stack ${platform.stack}: ${countChanges(changes)} resources changed, ${changes.same ?? 0} as they were\n` +
      `recovery kit: ${kit} (keep a copy, and its passphrase, elsewhere)\n`,
  );
}
