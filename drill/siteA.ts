import { writeFile } from "node:fs/promises";
import { upPlatform, upVault } from "../automation/layers";
import { readCertificates } from "../automation/readCertificates";
import { platformVersions } from "../automation/platformVersions";
import { withCertificates, withPlatform } from "../kit/changes";
import { keepInVault } from "../kit/keepInVault";
import { platformRecord } from "../kit/platformRecord";
import type { RecoveryKit } from "../kit/recoveryKit";
import { siteLayer, vaultLayer } from "./drillConfig";
import { checkpointsJob } from "./jobManifests";
import { Kubectl } from "../automation/kubectl";
import { names, runNames } from "../plan/names";
import type { DrillSite } from "./setup";
import type { Verified } from "./results";
import type { DrillPlan } from "./plan";
import { afterSeedSql, seedPsqlArguments, seedSql } from "./seed";

/** An access key of the object store. */
export interface AccessKey {
  accessKeyId: string;
  secretAccessKey: string;
}

type Detail = (text: string) => void;

/** What outlives the disaster: the object store with the bucket and the kit in it; and what people keep of it elsewhere. */
export interface DrillVault {
  kit: RecoveryKit;
  /** Keys that read the sealed kit, and no backup. */
  recoverer: AccessKey;
}

/** Makes the object store with its bucket, and the recovery kit in it: all that outlives the disaster. */
export async function makeVault({ engine, setup, signal }: DrillPlan, detail: Detail): Promise<DrillVault> {
  const stacks = { ...engine, directory: setup.directory };
  const made = await upVault(stacks, vaultLayer(setup), setup.kit, { detail, signal });
  if (!made.stored) throw new Error(made.said.join(" "));
  return { kit: made.kit.values, recoverer: made.outputs["recoveryAccess"]?.value as AccessKey };
}

/** Brings site A up with the permit to begin empty. @returns kubectl on it */
export async function buildSiteA(plan: DrillPlan, detail: Detail): Promise<Kubectl> {
  const { engine, setup, signal } = plan;
  const layer = siteLayer(setup, setup.siteA, { initialise: "true" });
  const stacks = { ...engine, directory: setup.siteA.directory };
  const { outputs } = await upPlatform(stacks, layer, { detail, signal });
  return kubectlOf(plan, setup.siteA, outputs["kubeconfig"]?.value);
}

/** kubectl on a site, by the kubeconfig that its stack gives out. */
export async function kubectlOf(
  { setup, signal }: DrillPlan,
  site: DrillSite,
  kubeconfig: unknown,
): Promise<Kubectl> {
  if (typeof kubeconfig !== "string") throw new Error(`stack ${site.name} has no output "kubeconfig"`);
  await writeFile(site.kubeconfig, kubeconfig, { mode: 0o600 });
  return new Kubectl({ kubeconfig: site.kubeconfig, namespace: setup.namespace, signal });
}

/** Gives site A the application's schema with its rows, and checkpoints, both with the nonce. */
export async function loadData(
  { engine, setup }: DrillPlan,
  kubectl: Kubectl,
  nonce: string,
  detail: Detail,
): Promise<void> {
  detail("waiting for the database");
  await kubectl.databaseReady();
  const image = engine.toolchain.images.operations.reference;
  const checkpoints = kubectl.runJob(checkpointsJob({ namespace: setup.namespace, image, nonce }), 300);
  detail("loading rows");
  await kubectl.psql(seedPsqlArguments(names.database), seedSql(nonce, names.databaseUser));
  await kubectl.value(afterSeedSql);
  detail("writing checkpoints");
  await checkpoints;
}

/**
 * `up` without the permit: site A is verified, and takes its first backup. Then its settings and certificates are saved into the kit, and
 * that into the vault.
 * @returns what the verification found
 */
export async function proveSiteA(
  { engine, setup, signal }: DrillPlan,
  kubectl: Kubectl,
  nonce: string,
  detail: Detail,
): Promise<Verified> {
  const layer = siteLayer(setup, setup.siteA, { initialise: "false", expectNonce: nonce });
  await upPlatform({ ...engine, directory: setup.siteA.directory }, layer, { detail, signal });
  const found = await readCertificates(kubectl);
  const versions = await platformVersions(engine, layer.config);
  const record = platformRecord(layer.stack, layer.config, [], versions);
  const { stored, said } = await keepInVault(setup.kit, layer.config, (kit) =>
    withCertificates(withPlatform(kit, record), found),
  );
  if (!stored) throw new Error(said.join(" "));
  return (await kubectl.result("job/verify")) ?? {};
}

/** Takes every kind of backup by the CronJobs' own templates. */
export async function takeBackups(kubectl: Kubectl, detail: Detail): Promise<void> {
  const models = kubectl.runCronJob(runNames.models, "drill-backup-models", 300);
  // A failure is thrown below, after the database's backups.
  models.catch(() => undefined);
  for (const type of ["full", "incr"]) {
    detail(`database, ${type}`);
    await kubectl.runCronJob(`backup-database-${type}`, `drill-backup-${type}`, 300);
  }
  detail("models");
  await models;
}
