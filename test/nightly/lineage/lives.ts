import assert from "node:assert/strict";
import { setMaxListeners } from "node:events";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { Kubectl } from "../../../automation/kubectl";
import { upPlatform } from "../../../automation/layers";
import { prepareEmbeddedEngine } from "../../../cli/prepare";
import { siteLayer } from "../../../drill/drillConfig";
import { newNonce } from "../../../drill/nonce";
import { endOrphans } from "../../../drill/orphans";
import type { DrillPlan } from "../../../drill/plan";
import { type DrillSetup, type DrillSite, drillSetup } from "../../../drill/setup";
import { buildSiteA, loadData, makeVault, proveSiteA } from "../../../drill/siteA";
import { type Lineage, readLineage } from "../../../jobs/lineage/readLineage";
import { type RecoveryKit, readKit } from "../../../kit/recoveryKit";
import { runNames } from "../../../plan/names";
import { waitFor } from "../../../lib/wait";
import { killSite } from "@lstm-pfd/local-cloud/site";
import { siteDir } from "@lstm-pfd/local-cloud/paths";
import { adminOf } from "../../e2e/drill/drillVault";
import { silentProgress } from "../../support/silentProgress";

const MINUTE = 60_000;
const quiet = (): undefined => undefined;

/** Rows that each life of the database writes, see {@link Lives.write}. */
export const rowsOfLife = 500;
/** As the recovery's report names it. */
export const livesTable = "lives";

/** A version of an object, or a delete marker. */
export interface Version {
  key: string;
  id: string;
  marker: boolean;
}

/** One vault, and the lives that a database has had in it: on two sites in turn, with the names of the drill. */
export class Lives {
  /** Site on which the database lives; any of them while there is none. */
  living: DrillSite | undefined;
  /** Number of lives that have written their rows. */
  written = 0;

  private opened: { plan: DrillPlan; kit: RecoveryKit; admin: S3Client; nonce: string } | undefined;

  /** Makes the vault and site A, which begins the lineage, with rows, checkpoints and a first backup. */
  async begin(): Promise<void> {
    const setup = await drillSetup();
    const plan = await planOf(setup);
    await makeVault(plan, quiet);
    const nonce = newNonce();
    await this.attach(plan, nonce);
    const siteA = await buildSiteA(plan, quiet);
    this.living = setup.siteA;
    await loadData(plan, siteA, nonce, quiet);
    await proveSiteA(plan, siteA, nonce, quiet);
    await siteA.runCronJob(runNames.models, "backup-models", 300);
    await siteA.value(
      "create table public.lives (life int, row int, primary key (life, row)); alter table public.lives owner to lstm_pfd",
    );
  }

  /** Works on a vault that is there. */
  async attach(plan: DrillPlan, nonce: string): Promise<void> {
    const kit = readKit(plan.setup.kit);
    this.opened = { plan, kit, admin: await adminOf(plan.setup, kit), nonce };
  }

  close(): void {
    this.opened?.admin.destroy();
  }

  get setup(): DrillSetup {
    return this.there.plan.setup;
  }

  get nonce(): string {
    return this.there.nonce;
  }

  /** By the keys of the store's own administrator, who may do anything. */
  get admin(): S3Client {
    return this.there.admin;
  }

  /** `up` of a site. @throws OperationError */
  async bringUp(site: DrillSite, config: Record<string, string> = {}): Promise<void> {
    const { engine, setup, signal } = this.there.plan;
    const layer = siteLayer(setup, site, { expectNonce: this.nonce, ...config });
    await upPlatform({ ...engine, directory: site.directory }, layer, { detail: quiet, signal });
  }

  kubectl(site: DrillSite): Kubectl {
    const { setup, signal } = this.there.plan;
    const kubeconfig = join(siteDir(site.name), "kubeconfigs", "admin");
    return new Kubectl({ kubeconfig, namespace: setup.namespace, signal });
  }

  /** kubectl on the site on which the database lives. */
  get database(): Kubectl {
    return this.kubectl(this.home);
  }

  /** The site on which the database lives. */
  get home(): DrillSite {
    assert.ok(this.living, "the database lives nowhere");
    return this.living;
  }

  /** The one on which it does not. */
  get elsewhere(): DrillSite {
    const { siteA, siteB } = this.setup;
    return this.living?.name === siteA.name ? siteB : siteA;
  }

  /** Kills a site at once, with its disks, its cluster, the state of its stack, and whoever is working on that. */
  async lose(site: DrillSite): Promise<void> {
    await killSite(site.name);
    await endOrphans(site.directory);
    await rm(site.directory, { recursive: true, force: true });
  }

  /** The database's site is lost, and it is brought back on the other one. */
  async loseAndRecover(config: Record<string, string> = {}): Promise<void> {
    const { home, elsewhere } = this;
    const { opened } = await this.newest();
    await this.lose(home);
    await this.bringUp(elsewhere, { takeOver: String(opened), ...config });
    this.living = elsewhere;
  }

  /** The life that is there writes its rows, and waits until they are archived. */
  async write(): Promise<void> {
    this.written += 1;
    await this.database.value(
      `insert into public.lives select ${this.written}, row from generate_series(1, ${rowsOfLife}) as row`,
    );
    const segment = await this.database.value("select pg_walfile_name(pg_switch_wal())");
    await waitFor(
      `${segment} to be archived`,
      "look at the server's log",
      { timeoutMs: 2 * MINUTE, everyMs: 1000 },
      async () =>
        (await this.database.value(`select last_archived_wal >= '${segment}' from pg_stat_archiver`)) === "t"
          ? true
          : undefined,
    );
  }

  /** Holds the database to having every row of every life that has written, each once, and no other. */
  async assertRows(): Promise<void> {
    const json = await this.database.value(
      "select coalesce(json_object_agg(life, rows), '{}') from (select life, count(*) as rows from public.lives group by life) as counted",
    );
    const expected = Array.from({ length: this.written }, (_, index) => [String(index + 1), rowsOfLife]);
    assert.deepEqual(JSON.parse(json), Object.fromEntries(expected));
  }

  /** All versions and delete markers under a prefix, newest first for each key. */
  async versions(prefix: string): Promise<Version[]> {
    const found: Version[] = [];
    let markers: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
    while (markers !== undefined) {
      const page: Awaited<ReturnType<typeof this.page>> = await this.page(prefix, markers);
      for (const [list, marker] of [
        [page.Versions ?? [], false],
        [page.DeleteMarkers ?? [], true],
      ] as const)
        for (const { Key: key = "", VersionId: id = "" } of list) found.push({ key, id, marker });
      markers = page.IsTruncated
        ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
        : undefined;
    }
    return found;
  }

  /** Keys under a prefix, of whatever has content. */
  async keys(prefix: string): Promise<string[]> {
    const versions = await this.versions(prefix);
    return [...new Set(versions.filter(({ marker }) => !marker).map(({ key }) => key))].sort();
  }

  /** Text of an object, which must be there. */
  async read(key: string): Promise<string> {
    return (await this.bytes(key)).toString();
  }

  /** Content of an object, which must be there. */
  async bytes(Key: string): Promise<Buffer> {
    const { Body } = await this.admin.send(new GetObjectCommand({ Bucket: this.setup.bucket, Key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  /** What the records say. @throws Failure where they cannot be trusted */
  async lineage(): Promise<Lineage> {
    const keys = await this.keys("wal/lineage/");
    return readLineage(
      await Promise.all(
        keys.map(async (key) => {
          const text = await this.read(key);
          return { key, versions: 1, deleted: false, text, modifiedAt: new Date() };
        }),
      ),
    );
  }

  /** Number of the newest generation that was claimed, and of the head. */
  async newest(): Promise<{ claimed: number; opened: number }> {
    const { generations } = await this.lineage();
    const opened = generations.filter(({ outcome }) => outcome?.state === "opened");
    return { claimed: generations.length, opened: opened.at(-1)?.number ?? 0 };
  }

  /** Makes another bucket in the same store, with one object. */
  async makeBucket(bucket: string, key: string): Promise<void> {
    await this.admin.send(new CreateBucketCommand({ Bucket: bucket }));
    await this.admin.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: "content" }));
  }

  /** Removes versions, or the markers that hide them, for good. */
  async erase(versions: readonly Version[]): Promise<void> {
    for (const { key, id } of versions)
      await this.admin.send(
        new DeleteObjectCommand({
          Bucket: this.setup.bucket,
          Key: key,
          VersionId: id,
          BypassGovernanceRetention: true,
        }),
      );
  }

  /** Puts a delete marker on each key while `work` runs. */
  async whileHidden(keys: readonly string[], work: () => Promise<void>): Promise<void> {
    for (const Key of keys)
      await this.admin.send(new DeleteObjectCommand({ Bucket: this.setup.bucket, Key }));
    try {
      await work();
    } finally {
      for (const key of keys)
        await this.erase(
          (await this.versions(key)).filter(({ marker, key: found }) => marker && found === key),
        );
    }
  }

  /** Puts something else into an object while `work` runs. */
  async whileReplaced(Key: string, Body: string | Uint8Array, work: () => Promise<void>): Promise<void> {
    const { VersionId: id = "" } = await this.admin.send(
      new PutObjectCommand({ Bucket: this.setup.bucket, Key, Body, ChecksumAlgorithm: "SHA256" }),
    );
    try {
      await work();
    } finally {
      await this.erase([{ key: Key, id, marker: false }]);
    }
  }

  private page(prefix: string, markers: object) {
    return this.admin.send(
      new ListObjectVersionsCommand({ Bucket: this.setup.bucket, Prefix: prefix, ...markers }),
    );
  }

  private get there(): NonNullable<Lives["opened"]> {
    assert.ok(this.opened, "there is no vault");
    return this.opened;
  }
}

/** A plan on the embedded engine. */
export async function planOf(setup: DrillSetup): Promise<DrillPlan> {
  const signal = new AbortController().signal;
  setMaxListeners(0, signal);
  const { engine } = await prepareEmbeddedEngine({ plugins: process.env["LSTM_PFD_PLUGINS"] }, signal);
  const objectives = { rtoObjectiveSeconds: 240, rpoObjectiveSeconds: 60 };
  return { engine, setup, progress: silentProgress, signal, keep: false, writeSeconds: 0, ...objectives };
}
