import assert from "node:assert/strict";
import { setMaxListeners } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { Agent } from "node:https";
import { join } from "node:path";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { prepareEmbeddedEngine } from "../../cli/prepare";
import { cleanUp } from "../../drill/cleanUp";
import { siteLayer } from "../../drill/drillConfig";
import { newNonce } from "../../drill/nonce";
import { type DrillSetup, drillSetup } from "../../drill/setup";
import type { DrillPlan } from "../../drill/plan";
import { buildSiteA, loadData, makeVault, proveSiteA, takeBackups } from "../../drill/siteA";
import { siteDir } from "@lstm-pfd/local-cloud/paths";
import type { Progress } from "../../lib/progress";
import { deleteSite, killSite } from "@lstm-pfd/local-cloud/site";
import { stopSandbox } from "@lstm-pfd/local-cloud/sandbox";
import { upPlatform } from "../../automation/layers";
import { OperationError } from "../../automation/operation";
import { type RecoveryKit, readKit, writeKit } from "../../kit/recoveryKit";

const MINUTE = 60_000;
const quiet = (): undefined => undefined;
const progress: Progress = { step: (_name, work) => work(quiet), plan: quiet };

/** A damage, and the sentence that must say so. */
interface Damage {
  what: string;
  /** Further configuration of the fresh stack. */
  config?: Record<string, string>;
  /** Does the damage. @returns how to undo it */
  cause: () => Promise<() => Promise<void>>;
  /** Resources that fail for it, and nothing besides. */
  fails: string[];
  message: RegExp;
}

describe("damage", () => {
  const signal = new AbortController().signal;
  const nonce = newNonce();
  let place: DrillSetup;
  let plan: DrillPlan;
  let kit: RecoveryKit;
  let bucket: S3Client;

  before(async function () {
    this.timeout(15 * MINUTE);
    setMaxListeners(0, signal);
    process.env["PULUMI_CONFIG_PASSPHRASE"] = "damage";
    place = await drillSetup("damage");
    await cleanUp(place);
    const options = { plugins: process.env["LSTM_PFD_PLUGINS"] };
    const { engine } = await prepareEmbeddedEngine(options, signal);
    plan = {
      engine,
      setup: place,
      progress,
      signal,
      keep: false,
      writeSeconds: 0,
      rtoObjectiveSeconds: 240,
      rpoObjectiveSeconds: 60,
    };
    kit = await makeVault(plan, quiet);
    bucket = bucketClient();
    const siteA = await buildSiteA(plan, quiet);
    await loadData(plan, siteA, nonce, quiet);
    await proveSiteA(plan, siteA, nonce, quiet);
    await takeBackups(siteA, quiet);
    await killSite(place.siteA.name);
  });

  after(async function () {
    this.timeout(2 * MINUTE);
    bucket.destroy();
    await cleanUp(place);
  });

  function bucketClient(): S3Client {
    return new S3Client({
      endpoint: `https://localhost:${place.objectStore.port}`,
      region: "us-east-1",
      forcePathStyle: true,
      credentials: {
        accessKeyId: kit.writerAccessKeyId ?? "",
        secretAccessKey: kit.writerSecretAccessKey ?? "",
      },
      requestHandler: { httpsAgent: new Agent({ ca: kit.s3CaCertificate }) },
    });
  }

  async function newestKey(prefix: string, pattern: RegExp): Promise<string> {
    const { Contents = [] } = await bucket.send(
      new ListObjectsV2Command({ Bucket: place.bucket, Prefix: prefix }),
    );
    const key = Contents.flatMap(({ Key }) => (Key !== undefined && pattern.test(Key) ? [Key] : []))
      .sort()
      .at(-1);
    assert.ok(key, `no object beneath ${prefix} matches ${String(pattern)}`);
    return key;
  }

  async function read(key: string): Promise<Buffer> {
    const { Body } = await bucket.send(new GetObjectCommand({ Bucket: place.bucket, Key: key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  async function write(key: string, bytes: Buffer): Promise<void> {
    await bucket.send(new PutObjectCommand({ Bucket: place.bucket, Key: key, Body: bytes }));
  }

  const damages: Damage[] = [
    {
      what: "the newest full backup misses a file",
      cause: async () => {
        const key = await newestKey(
          "wal/generation-0001/repository/backup/main/",
          /\d{8}-\d{6}F\/bundle\/1$/,
        );
        const bytes = await read(key);
        await bucket.send(new DeleteObjectCommand({ Bucket: place.bucket, Key: key }));
        return () => write(key, bytes);
      },
      fails: ["recovery-database"],
      message:
        /restore-database: base backup \S+ cannot be restored: .*bundle\/1.*; .*then run the restore again/s,
    },
    {
      what: "a checkpoint is cut off",
      cause: async () => {
        const key = await newestKey("models/", /\/checkpoints\/best_model\.pth$/);
        const bytes = await read(key);
        await write(key, bytes.subarray(0, bytes.length / 2));
        return () => write(key, bytes);
      },
      fails: ["recovery-models"],
      message: /restore-models: .*best_model\.pth.*; /s,
    },
    {
      what: "the bucket holds no backup",
      config: { generation: "2" },
      cause: () => Promise.resolve(() => Promise.resolve()),
      fails: ["recovery-database"],
      message:
        /restore-database: s3:\/\/\S+ holds no backup, and there is no permit to start an empty database; /,
    },
    {
      what: "the keys are wrong",
      cause: () => {
        writeKit(place.kit, { ...kit, readerSecretAccessKey: "not the reader's" });
        return Promise.resolve(() => {
          writeKit(place.kit, kit);
          return Promise.resolve();
        });
      },
      fails: ["recovery-database", "recovery-models"],
      message: /restore-database: .*(keys?|credentials|signature).*; /is,
    },
    {
      what: "the object store does not answer",
      cause: async () => {
        await stopSandbox(place.objectStore.name);
        return async () => {
          await makeVault(plan, quiet);
        };
      },
      fails: ["cluster"],
      message: /object store|objects\.internal/,
    },
  ];

  for (const { what, config, cause, fails, message } of damages)
    it(`stops up with one message, and initialises nothing, when ${what}`, async () => {
      const undo = await cause();
      try {
        await assert.rejects(recover(config), (error) => {
          assert.ok(error instanceof OperationError, String(error));
          process.stdout.write(`${error.message}\n`);
          assert.match(error.message, message);
          // The command prints this one error: no cause twice, and none that is only another's consequence.
          assert.deepEqual(error.problems.map(({ resource }) => resource).sort(), fails);
          return true;
        });
        assert.equal(databasesOf(place.siteB.name).initialised, 0);
      } finally {
        await undo();
        await deleteSite(place.siteB.name);
        await rm(place.siteB.directory, { recursive: true, force: true });
      }
    }).timeout(6 * MINUTE);

  it("is over once it is repaired: the same command goes on", async () => {
    const repair = await damages[0]?.cause();
    await assert.rejects(recover());
    await repair?.();
    await recover();
    assert.deepEqual(databasesOf(place.siteB.name), { restored: 1, initialised: 0 });
    assert.equal(readKit(place.kit).dbPassword, kit.dbPassword);
  }).timeout(8 * MINUTE);

  async function recover(config: Record<string, string> = {}): Promise<void> {
    const layer = siteLayer(place, place.siteB, { expectNonce: nonce, ...config });
    await upPlatform({ ...plan.engine, directory: place.siteB.directory }, layer, {
      detail: quiet,
      signal,
    });
  }
});

/** Data directories on the disks of a site, by what made them: a restore leaves its report beside them. */
function databasesOf(site: string): { restored: number; initialised: number } {
  const paths = existsSync(siteDir(site))
    ? readdirSync(siteDir(site), { recursive: true, encoding: "utf8" })
    : [];
  const made = paths.filter((path) => path.endsWith("/pgdata/PG_VERSION"));
  const restored = made.filter((path) => existsSync(join(siteDir(site), path, "../../recovery.json")));
  return { restored: restored.length, initialised: made.length - restored.length };
}
