import { existsSync } from "node:fs";
import { readKubeconfig } from "../../config/kubeconfigFile";
import { configKeys } from "../../config/schema";
import { compareWithCluster, untilAllRun } from "../../automation/comparison";
import { upPlatform, upVault } from "../../automation/layers";
import { countChanges } from "../../automation/operation";
import { readCertificates } from "../../automation/readCertificates";
import { freeOfDeadLocks, openStack, stackHasResources } from "../../automation/stack";
import { verifiedMoment } from "../../automation/verifiedMoment";
import { withKubectl } from "../../automation/withKubectl";
import { withCertificates } from "../../kit/changes";
import { changeKit } from "../../kit/recoveryKit";
import { checkPlan } from "../checkPlan";
import type { Options } from "../commandLine";
import { checkConfig, checkPlaces, prepareEngine, prepareHost } from "../prepare";
import { rememberedText } from "../rememberedText";
import { restoredText } from "../restoredText";
import { servingText } from "../servingText";
import { stackPlan } from "../stackPlan";
import { whereToPoint } from "../whereToPoint";

/** Its name on the display. */
const kitStep = "Recovery kit";
const firstBackupStep = "First full backup";
const comparisonStep = "Comparison with the cluster";

/**
 * Brings vault and platform to what the program says. On a fresh stack beside a vault with backups, that is the recovery. A
 * platform that is there is compared with its cluster first, so that what was deleted by hand comes back. In the end the certificates that cert-manager wrote are saved into the recovery kit.
 */
export async function run(options: Options, signal: AbortSignal): Promise<void> {
  const plan = stackPlan(options);
  const { vault, platform, kit, embedded, standIns } = plan;
  await prepareHost(plan);
  await checkPlaces(checkPlan(plan));
  const { engine, progress } = await prepareEngine(options, { embedded }, signal);
  const isThere = await stackHasResources(engine, platform.stack);
  if (options.fresh && isThere)
    throw new Error(
      `stack ${platform.stack} exists already, and --fresh wants a new one: choose another --stack, or remove it with "npm run down -- --stack ${platform.stack}"`,
    );
  if (vault !== undefined && existsSync(kit) && !(await stackHasResources(engine, vault.stack)))
    throw new Error(
      `recovery kit ${kit} is there, but stack ${vault.stack} is not, and a new vault would be empty: tell where the vault of this kit is (--config objectStore=s3 --config s3Endpoint=URL, or the --stack that it belongs to), or move the kit away to begin anew`,
    );
  process.stdout.write(rememberedText(plan));
  for (const layer of [vault, platform])
    if (layer !== undefined) process.stdout.write(await freeOfDeadLocks(engine, layer.stack));
  const reached = (platform.config["host"] ?? configKeys.host.default) !== "";
  progress.plan([
    ...(vault === undefined ? [] : [`Vault ${vault.stack}`]),
    ...(isThere ? [comparisonStep] : []),
    `Platform ${platform.stack}`,
    ...(reached ? [kitStep] : []),
  ]);
  if (vault !== undefined)
    await progress.step(`Vault ${vault.stack}`, (detail) => upVault(engine, vault, kit, { detail, signal }));
  const { cluster } = checkConfig({ ...standIns, ...platform.config });
  const kubeconfig = cluster.kind === "kubeconfig" ? readKubeconfig(cluster.path) : undefined;
  const found = isThere
    ? await progress.step(comparisonStep, async (detail) =>
        compareWithCluster(await openStack(engine, platform.stack), { detail, signal }, kubeconfig),
      )
    : undefined;
  process.stdout.write((found?.lines ?? []).map((line) => `${line}\n`).join(""));
  const setting = (key: "host" | "dnsZoneId"): string =>
    platform.config[key] ?? String(configKeys[key].default);
  const { verified, onEvent } = verifiedMoment();
  let show: (text: string) => void = () => undefined;
  const updating = upPlatform(engine, platform, {
    detail: (text) => {
      show(text);
    },
    signal,
    onEvent,
  });
  const address = await progress.step(`Platform ${platform.stack}`, (detail) => {
    show = detail;
    return Promise.race([verified, updating.then(() => undefined)]);
  });
  if (address !== undefined) {
    process.stdout.write(servingText(setting("host"), address, setting("dnsZoneId")));
    await progress.step(firstBackupStep, async (detail) => {
      show = detail;
      await updating;
    });
  }
  const { changes, outputs } = await updating;
  await untilAllRun(outputs, found?.putBack ?? [], signal);
  if (reached)
    await progress.step(kitStep, () =>
      withKubectl(outputs, signal, async (kubectl) => {
        const found = await readCertificates(kubectl);
        if (existsSync(kit)) changeKit(kit, (before) => withCertificates(before, found));
      }),
    );
  process.stdout.write(await restoredText(outputs, signal));
  process.stdout.write(
    `stack ${platform.stack}: ${countChanges(changes)} resources changed, ${changes.same ?? 0} as they were\n` +
      `recovery kit: ${kit} (keep a copy, and its passphrase, elsewhere)\n` +
      whereToPoint(outputs),
  );
}
