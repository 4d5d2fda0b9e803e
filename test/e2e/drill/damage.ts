import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { openLayer, upPlatform } from "../../../automation/layers";
import { OperationError } from "../../../automation/operation";
import { siteLayer } from "../../../drill/drillConfig";
import { kubectlOf, makeVault } from "../../../drill/siteA";
import { readKit, writeKit } from "../../../kit/recoveryKit";
import { siteDir } from "@lstm-pfd/local-cloud/paths";
import { stopSandbox } from "@lstm-pfd/local-cloud/sandbox";
import { databasesOnDisk } from "./databasesOnDisk";
import type { DrillVault } from "./drillVault";

const MINUTE = 60_000;
const quiet = (): undefined => undefined;

/** Opened by the drill's site B, which was killed a moment ago: it looks alive. */
const generationOfDrill = "2";
const emptyBucket = "lstm-pfd-empty";

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

/**
 * Damages of the vault that a drill has left, each met by an `up` that recovers. The first one begins on a fresh stack; the cluster that
 * it makes stays for the others, whose volumes are made anew. The last damage is repaired, and the recovery goes on to its end.
 */
export function damageCases(vault: DrillVault): void {
  async function newestKey(prefix: string, pattern: RegExp): Promise<string> {
    const { Contents = [] } = await vault.bucket.send(
      new ListObjectsV2Command({ Bucket: vault.setup.bucket, Prefix: prefix }),
    );
    const key = Contents.flatMap(({ Key }) => (Key !== undefined && pattern.test(Key) ? [Key] : []))
      .sort()
      .at(-1);
    assert.ok(key, `no object beneath ${prefix} matches ${String(pattern)}`);
    return key;
  }

  async function read(key: string): Promise<Buffer> {
    const { Body } = await vault.bucket.send(new GetObjectCommand({ Bucket: vault.setup.bucket, Key: key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  async function write(key: string, bytes: Buffer): Promise<void> {
    await vault.bucket.send(new PutObjectCommand({ Bucket: vault.setup.bucket, Key: key, Body: bytes }));
  }

  const damages: Damage[] = [
    {
      what: "the object store does not answer",
      cause: async () => {
        await stopSandbox(vault.setup.objectStore.name);
        return async () => {
          await makeVault(vault.plan, quiet);
        };
      },
      fails: ["cluster"],
      message: /object store|objects\.internal/,
    },
    {
      what: "the keys are wrong",
      cause: () => {
        writeKit(vault.setup.kit, { ...vault.kit, readerSecretAccessKey: "not the reader's" });
        return Promise.resolve(() => {
          writeKit(vault.setup.kit, vault.kit);
          return Promise.resolve();
        });
      },
      fails: ["recovery-database", "recovery-models"],
      message: /restore-database: .*(keys?|credentials|signature).*; /is,
    },
    {
      what: "the bucket holds no backup",
      config: { bucket: emptyBucket },
      cause: async () => {
        await vault.makeBucket(emptyBucket);
        return () => Promise.resolve();
      },
      fails: ["recovery-database", "recovery-models"],
      message:
        /restore-database: s3:\/\/\S+ holds no backup, and there is no permit to start an empty database; /,
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
      what: "the archive has a hole",
      cause: async () => {
        const record = await newestKey("wal/generation-0002/committed/", /\.json$/);
        const { walStop } = JSON.parse((await read(record)).toString()) as { walStop: string };
        const key = await newestKey(
          "wal/generation-0002/repository/archive/main/",
          new RegExp(`/${walStop}-[0-9a-f]{40}`),
        );
        const bytes = await read(key);
        await vault.janitor.send(new DeleteObjectCommand({ Bucket: vault.setup.bucket, Key: key }));
        return () => write(key, bytes);
      },
      fails: ["recovery-database"],
      message:
        /restore-database: WAL segment \S+( or \S+)? is missing in s3:\/\/\S+ .*: .* itself needs all from .*; /s,
    },
    {
      what: "each base backup misses a file",
      cause: () => hideBundles(/\/bundle\/1$/),
      fails: ["recovery-database"],
      message:
        /restore-database: no base backup can be fetched: \d{8}-\d{6}F\S* \(object s3:\S+bundle\/1\), \d{8}-\d{6}F.*; bring back a former version of these objects/s,
    },
  ];

  for (const [index, { what, config, cause, fails, message }] of damages.entries())
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
        assert.equal(databasesOnDisk(siteDir(vault.setup.siteB.name)).initialised, 0);
      } finally {
        await undo();
        if (index < damages.length - 1) await removeVolumes();
      }
    }).timeout(6 * MINUTE);

  it("goes on with the base backup before the newest one when that misses a file, and says so", async () => {
    const newest = await newestKey("wal/generation-0002/committed/", /\.json$/);
    const label = /([^/]+)\.json$/.exec(newest)?.[1] ?? "";
    const repair = await hideBundles(new RegExp(`/generation-0002/.*/${label}/bundle/1$`));
    try {
      await recover();
    } finally {
      await repair();
    }
    const { passedOver, label: taken } = await restored();
    process.stdout.write(`${JSON.stringify(passedOver)} ${taken}\n`);
    assert.deepEqual(
      passedOver?.map((damage) => damage.label),
      [label],
    );
    assert.notEqual(taken, label);
    assert.deepEqual(databasesOnDisk(siteDir(vault.setup.siteB.name)), { restored: 1, initialised: 0 });
    assert.equal(readKit(vault.setup.kit).dbPassword, vault.kit.dbPassword);
  }).timeout(8 * MINUTE);

  /** Hides objects of base backups in all generations. @returns how to put them back */
  async function hideBundles(pattern: RegExp): Promise<() => Promise<void>> {
    const { Contents = [] } = await vault.bucket.send(
      new ListObjectsV2Command({ Bucket: vault.setup.bucket, Prefix: "wal/" }),
    );
    const keys = Contents.flatMap(({ Key = "" }) =>
      Key.includes("/repository/backup/") && pattern.test(Key) ? [Key] : [],
    );
    assert.notEqual(keys.length, 0, `no object matches ${String(pattern)}`);
    const contents = new Map<string, Buffer>();
    for (const key of keys) {
      contents.set(key, await read(key));
      await vault.bucket.send(new DeleteObjectCommand({ Bucket: vault.setup.bucket, Key: key }));
    }
    return async () => {
      for (const [key, bytes] of contents) await write(key, bytes);
    };
  }

  /** What the Job of the restore says. */
  async function restored(): Promise<{ label: string; passedOver?: { label: string }[] }> {
    const { engine, setup } = vault.plan;
    const opened = await openLayer({ ...engine, directory: setup.siteB.directory }, layer(), "platform");
    const kubectl = await kubectlOf(vault.plan, setup.siteB, (await opened.outputs())["kubeconfig"]?.value);
    return (await kubectl.result("job/restore-database")) as Awaited<ReturnType<typeof restored>>;
  }

  function layer(config: Record<string, string> = {}): ReturnType<typeof siteLayer> {
    // Settings of a stack stay: what one damage changes is said by all.
    const settings = {
      expectNonce: vault.nonce,
      bucket: vault.setup.bucket,
      takeOver: generationOfDrill,
      ...config,
    };
    return siteLayer(vault.setup, vault.setup.siteB, settings);
  }

  async function recover(config: Record<string, string> = {}): Promise<void> {
    const { engine, setup, signal } = vault.plan;
    await upPlatform({ ...engine, directory: setup.siteB.directory }, layer(config), {
      detail: quiet,
      signal,
    });
  }

  /** Removes the volumes of the site, with all that depends on them: the next recovery begins with empty ones. */
  async function removeVolumes(): Promise<void> {
    const { engine, setup } = vault.plan;
    const opened = await openLayer({ ...engine, directory: setup.siteB.directory }, layer(), "platform");
    const { resources = [] } = (await opened.exportStack()).deployment as {
      resources?: { urn: string; type: string }[];
    };
    const claims = resources.filter(({ type }) => type === "kubernetes:core/v1:PersistentVolumeClaim");
    if (claims.length > 0)
      await opened.destroy({ target: claims.map(({ urn }) => urn), targetDependents: true });
    for (let left = 60; volumesOf(setup.siteB.name).length > 0; left--) {
      assert.notEqual(left, 0, "the volumes are still there");
      await sleep(500);
    }
  }
}

function volumesOf(site: string): string[] {
  const directory = join(siteDir(site), "volumes");
  return existsSync(directory) ? readdirSync(directory) : [];
}
