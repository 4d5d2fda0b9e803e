import assert from "node:assert/strict";
import { setMaxListeners } from "node:events";
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { Agent } from "node:https";
import { join } from "node:path";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { prepareEmbeddedEngine } from "../../../cli/prepare";
import { type DrillSetup, drillSetup } from "../../../drill/setup";
import type { DrillReport } from "../../../drill/reportSchema";
import type { DrillPlan } from "../../../drill/plan";
import { type RecoveryKit, readKit } from "../../../kit/recoveryKit";
import { projectRoot } from "../../../lib/paths";
import { readObjectStore } from "@lstm-pfd/local-cloud/object-store";
import { killSite } from "@lstm-pfd/local-cloud/site";
import { silentProgress } from "../../support/silentProgress";

/** What outlives a disaster of the site that a drill has kept: object store, bucket and recovery kit. */
export class DrillVault {
  private opened:
    { plan: DrillPlan; kit: RecoveryKit; bucket: S3Client; janitor: S3Client; nonce: string } | undefined;

  /** Takes what the latest drill has kept, and destroys its site: the second disaster. */
  async open(): Promise<void> {
    const signal = new AbortController().signal;
    setMaxListeners(0, signal);
    const { engine } = await prepareEmbeddedEngine({ plugins: process.env["LSTM_PFD_PLUGINS"] }, signal);
    const setup = await keptSetup();
    await killSite(setup.siteB.name);
    await rm(setup.siteB.directory, { recursive: true });
    const kit = readKit(setup.kit);
    const objectives = { rtoObjectiveSeconds: 240, rpoObjectiveSeconds: 60 };
    this.opened = {
      plan: { engine, setup, progress: silentProgress, signal, keep: false, writeSeconds: 0, ...objectives },
      kit,
      bucket: bucketClient(setup, kit, "writer"),
      janitor: bucketClient(setup, kit, "janitor"),
      nonce: latestReport().nonce,
    };
  }

  get plan(): DrillPlan {
    return this.there.plan;
  }

  get setup(): DrillSetup {
    return this.there.plan.setup;
  }

  /** As it was before any damage. */
  get kit(): RecoveryKit {
    return this.there.kit;
  }

  /** By the writer's keys. */
  get bucket(): S3Client {
    return this.there.bucket;
  }

  /** The same bucket by the janitor's keys: the only ones that may hide WAL. */
  get janitor(): S3Client {
    return this.there.janitor;
  }

  /** Makes another bucket in the same store, by the admin's keys: the kit has none that may. */
  async makeBucket(name: string): Promise<void> {
    const client = await adminOf(this.setup, this.kit);
    await client.send(new CreateBucketCommand({ Bucket: name }));
    client.destroy();
  }

  /** Of the drill. */
  get nonce(): string {
    return this.there.nonce;
  }

  close(): void {
    this.opened?.bucket.destroy();
    this.opened?.janitor.destroy();
  }

  private get there(): NonNullable<DrillVault["opened"]> {
    assert.ok(this.opened, "no drill has kept a vault");
    return this.opened;
  }
}

/** Report of the latest drill, as programs read it. */
export function latestReport(): DrillReport {
  return JSON.parse(readFileSync(join(projectRoot, "drill-report.json"), "utf8")) as DrillReport;
}

/** Where the drill was; the object store has kept its port. */
export async function keptSetup(): Promise<DrillSetup> {
  const setup = await drillSetup();
  const store = await readObjectStore(setup.objectStore.name);
  assert.ok(store, "the drill has kept no object store");
  return { ...setup, objectStore: { name: store.name, port: store.port } };
}

/** The store by the keys of its own administrator, which no site and no kit has. */
export async function adminOf(setup: DrillSetup, kit: RecoveryKit): Promise<S3Client> {
  const store = await readObjectStore(setup.objectStore.name);
  const admin = store?.identities.find(({ role }) => role === "admin");
  assert.ok(admin, "the object store has no admin");
  return clientOf(setup, kit, admin);
}

function bucketClient(setup: DrillSetup, kit: RecoveryKit, role: "writer" | "janitor"): S3Client {
  return clientOf(setup, kit, {
    accessKeyId: kit[`${role}AccessKeyId`] ?? "",
    secretAccessKey: kit[`${role}SecretAccessKey`] ?? "",
  });
}

function clientOf(
  { objectStore }: DrillSetup,
  kit: RecoveryKit,
  { accessKeyId, secretAccessKey }: { accessKeyId: string; secretAccessKey: string },
): S3Client {
  return new S3Client({
    endpoint: `https://localhost:${objectStore.port}`,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
    requestHandler: { httpsAgent: new Agent({ ca: kit.s3CaCertificate }) },
  });
}
