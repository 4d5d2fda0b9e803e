import { existsSync } from "node:fs";
import { readKubeconfig } from "../../config/kubeconfigFile";
import { configKeys } from "../../config/schema";
import { compareWithCluster, untilAllRun } from "../../automation/comparison";
import { upPlatform, upVault } from "../../automation/layers";
import { countChanges } from "../../automation/operation";
import { readCertificates } from "../../automation/readCertificates";
import { platformVersions } from "../../automation/platformVersions";
import { freeOfDeadLocks, openStack, stackHasResources } from "../../automation/stack";
import { verifiedMoment } from "../../automation/verifiedMoment";
import { withKubectl } from "../../automation/withKubectl";
import { withCertificates, withPlatform, withVaultValues } from "../../kit/changes";
import { keepInVault } from "../../kit/keepInVault";
import { platformRecord } from "../../kit/platformRecord";
import { checkPlan } from "../checkPlan";
import type { Options } from "../commandLine";
import { fetchedText, fromVault } from "../fromVault";
import { heldVault } from "../heldVault";
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
 * platform that is there is compared with its cluster first, so that what was deleted by hand comes back. In the end the settings of the platform,
 * and the certificates that cert-manager wrote, are saved into the recovery kit, and that is stored in the vault. With `--from-vault` the
 * kit comes from there as well.
 */
export async function run(asked: Options, signal: AbortSignal): Promise<void> {
  const taken = asked.fromVault === undefined ? undefined : await fromVault(asked, asked.fromVault);
  const options = taken?.options ?? asked;
  const plan = stackPlan(options);
  const { platform, kit, embedded, standIns } = plan;
  await prepareHost(plan);
  await checkPlaces(checkPlan(plan));
  const { engine, progress } = await prepareEngine(options, { embedded }, signal);
  const isThere = await stackHasResources(engine, platform.stack);
  if (options.fresh && isThere)
    throw new Error(
      `stack ${platform.stack} exists already, and --fresh wants a new one: choose another --stack, or remove it with "npm run down -- --stack ${platform.stack}"`,
    );
  const versions = await platformVersions(engine, platform.config);
  if (taken !== undefined) process.stdout.write(fetchedText(taken, versions));
  const vault = await heldVault(engine, plan);
  process.stdout.write(rememberedText(plan));
  for (const layer of [vault, platform])
    if (layer !== undefined) process.stdout.write(await freeOfDeadLocks(engine, layer.stack));
  const reached = (platform.config["host"] ?? configKeys.host.default) !== "";
  progress.plan([
    ...(vault === undefined ? [] : [`Vault ${vault.stack}`]),
    ...(isThere ? [comparisonStep] : []),
    `Platform ${platform.stack}`,
    ...(vault !== undefined || existsSync(kit) ? [kitStep] : []),
  ]);
  const made =
    vault === undefined
      ? undefined
      : await progress.step(`Vault ${vault.stack}`, (detail) =>
          upVault(engine, vault, kit, { detail, signal }),
        );
  // The end may be far, or never come.
  if (made?.stored === false) process.stderr.write(`${made.said.join("\n")}\n`);
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
  const kept = existsSync(kit)
    ? await progress.step(kitStep, async () => {
        const certificates = reached ? await withKubectl(outputs, signal, readCertificates) : [];
        const record = platformRecord(platform.stack, platform.config, Object.keys(standIns), versions);
        return keepInVault(kit, platform.config, (before) => {
          // What the vault has told stays on top of whatever somebody else has stored.
          const told = made === undefined ? before : withVaultValues(before, made.told, kit);
          return withCertificates(withPlatform(told, record), certificates);
        });
      })
    : undefined;
  process.stdout.write(await restoredText(outputs, signal));
  process.stdout.write(
    `stack ${platform.stack}: ${countChanges(changes)} resources changed, ${changes.same ?? 0} as they were\n` +
      `recovery kit: ${kit}${kept?.stored === true ? `, stored in ${kept.kit.vault?.address ?? ""}` : ""} (keep a copy, and its passphrase, elsewhere)\n` +
      whereToPoint(outputs),
  );
  // Last, so that nobody overlooks it.
  process.stderr.write((kept?.said ?? []).map((line) => `${line}\n`).join(""));
}
