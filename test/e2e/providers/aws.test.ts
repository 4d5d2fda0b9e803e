import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Agent } from "node:https";
import {
  DeleteBucketLifecycleCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  HeadBucketCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import * as awsSdk from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation";
import { RecoverySecrets } from "../../../components/recoverySecrets";
import { Vault } from "../../../components/vault";
import { localRoleArns, objectStoreOnLocal } from "../../../stacks/onLocal";
import { findSandbox, stopSandbox } from "@lstm-pfd/local-cloud/sandbox";
import { deleteObjectStore, readObjectStore } from "@lstm-pfd/local-cloud/object-store";
import { backupClasses, defaultRetentionDays } from "../../../plan/backupClasses";
import { EngineBench, operate } from "../engineBench";
import { leavesNothing } from "../leavesNothing";

const STORE = "e2e-aws-store";
const PORT = 27333;
const BUCKET = "e2e-aws-bucket";

/** Types of the vault's bucket and its settings, with their names. */
const bucketAndSettings = [
  "aws:s3/bucket:Bucket vault",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration vault",
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration vault",
  "aws:s3/bucketPolicy:BucketPolicy vault",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration vault",
  "aws:s3/bucketVersioning:BucketVersioning vault",
];

leavesNothing("the embedded aws provider in the engine", function () {
  let bench: EngineBench;
  let vault: Stack;
  let wanted = { bucket: BUCKET, walDays: 7, port: PORT };

  before(async () => {
    bench = await EngineBench.open(["aws", "embedded", "random"]);
    vault = await bench.stack("vault", () => {
      const keys = new RecoverySecrets("recovery", { protectData: false }).drawAccessKeys();
      const store = objectStoreOnLocal("store", {
        name: STORE,
        port: wanted.port,
        keys,
        protectData: false,
      });
      const classes = backupClasses({ ...defaultRetentionDays, wal: wanted.walDays });
      new Vault(
        "vault",
        { bucket: wanted.bucket, classes, roleArns: localRoleArns, protectData: false },
        { provider: store.provider },
      );
    });
  });

  after(async () => {
    await deleteObjectStore(STORE);
    bench.close();
  });

  /** Acts as the store's admin, whose keys are in no kit. */
  async function admin(): Promise<{
    client: S3Client;
    accessKey: string;
    secretKey: string;
    caFile: string;
  }> {
    const found = await readObjectStore(STORE);
    const identity = found?.identities.find(({ role }) => role === "admin");
    assert.ok(found && identity);
    const client = new S3Client({
      endpoint: found.hostEndpoint,
      region: "us-east-1",
      forcePathStyle: true,
      credentials: identity,
      requestHandler: { httpsAgent: new Agent({ ca: readFileSync(found.caCertificateFile, "utf8") }) },
    });
    const { accessKeyId: accessKey, secretAccessKey: secretKey } = identity;
    return { client, accessKey, secretKey, caFile: found.caCertificateFile };
  }

  /** A stack of its own at the same store, with the admin's keys. */
  async function atStore(name: string, program: (provider: awsSdk.Provider) => void): Promise<Stack> {
    const { accessKey, secretKey, caFile } = await admin();
    return bench.stack(name, () => {
      program(
        new awsSdk.Provider("store", {
          accessKey,
          secretKey,
          customCaBundle: caFile,
          region: "us-east-1",
          endpoints: [{ s3: `https://localhost:${PORT}` }],
          s3UsePathStyle: true,
          skipCredentialsValidation: true,
          skipRequestingAccountId: true,
        }),
      );
    });
  }

  it("previews a vault without touching anything", async () => {
    const { passed, output } = await operate(vault, "preview");
    assert.ok(passed, output);
    assert.equal(findSandbox(STORE), undefined);
  });

  it("makes a store and a bucket with versions, lock, encryption and lifecycle", async () => {
    const { passed, steps, output } = await operate(vault, "up");
    assert.ok(passed, output);
    for (const resource of [...bucketAndSettings, "embedded:index:ObjectStore store"])
      assert.ok(steps.includes(`create ${resource}`), resource);
    const { client } = await admin();
    const at = { Bucket: BUCKET };
    assert.equal((await client.send(new GetBucketVersioningCommand(at))).Status, "Enabled");
    const lock = await client.send(new GetObjectLockConfigurationCommand(at));
    assert.deepEqual(lock.ObjectLockConfiguration?.Rule?.DefaultRetention, { Mode: "GOVERNANCE", Days: 7 });
    const encryption = await client.send(new GetBucketEncryptionCommand(at));
    const [rule] = encryption.ServerSideEncryptionConfiguration?.Rules ?? [];
    assert.equal(rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm, "AES256");
    const { Rules = [] } = await client.send(new GetBucketLifecycleConfigurationCommand(at));
    assert.equal(Rules.length, 11);
    await client.send(new PutObjectCommand({ ...at, Key: "db/kept", Body: "kept" }));
  });

  it("keeps secrets out of the state's text and out of the display", async () => {
    const { secretKey } = await admin();
    const state = bench.stateText("vault");
    assert.ok(state.includes(BUCKET));
    assert.ok(!state.includes(secretKey));
    assert.ok(!(await operate(vault, "up")).output.includes(secretKey));
  });

  it("changes nothing at a second up, and a refresh finds no drift", async () => {
    const again = await operate(vault, "up");
    assert.deepEqual([again.passed, again.steps], [true, []], again.output);
    const refreshed = await operate(vault, "refresh");
    assert.ok(refreshed.passed, refreshed.output);
    assert.doesNotMatch(refreshed.output, /updated|deleted/);
    const { steps } = await operate(vault, "up");
    assert.deepEqual(steps, []);
  });

  it("changes settings in place", async () => {
    wanted = { ...wanted, walDays: 5 };
    const { passed, steps, output } = await operate(vault, "up");
    assert.ok(passed, output);
    assert.deepEqual(steps, [
      "update aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration vault",
      "update aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration vault",
    ]);
  });

  it("finds what was changed behind its back, and makes it again", async () => {
    const { client } = await admin();
    await client.send(new DeleteBucketLifecycleCommand({ Bucket: BUCKET }));
    const refreshed = await operate(vault, "refresh");
    assert.match(refreshed.output, /BucketLifecycleConfiguration\s+vault\s+deleted/);
    const { steps } = await operate(vault, "up");
    assert.deepEqual(steps, [
      "create aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration vault",
    ]);
  });

  it("starts a store that has died again, with its data", async () => {
    await stopSandbox(STORE);
    const refreshed = await operate(vault, "refresh");
    assert.match(refreshed.output, new RegExp(`object store ${STORE} does not run`));
    const { passed, steps, output } = await operate(vault, "up");
    assert.ok(passed, output);
    assert.deepEqual(steps, ["update embedded:index:ObjectStore store"]);
    const { client } = await admin();
    const { Body } = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: "db/kept" }));
    assert.equal(await Body?.transformToString(), "kept");
  });

  it("refuses a bucket that exists already, and a store of another stack, and leaves both alone", async () => {
    const bucket = await atStore("second-bucket", (provider) => {
      new awsSdk.s3.Bucket("taken", { bucket: BUCKET, forceDestroy: true }, { provider });
    });
    const refused = await operate(bucket, "up");
    assert.equal(refused.passed, false);
    assert.match(refused.output, new RegExp(`bucket ${BUCKET} exists already and was not touched`));
    assert.ok((await operate(bucket, "destroy")).passed);

    const store = await bench.stack("second-store", () => {
      const keys = new RecoverySecrets("recovery", { protectData: false }).drawAccessKeys();
      objectStoreOnLocal("store", { name: STORE, port: PORT, keys, protectData: false });
    });
    const preview = await operate(store, "preview");
    assert.equal(preview.passed, false);
    assert.match(preview.output, new RegExp(`object store ${STORE} is there already and belongs to`));

    const { client } = await admin();
    await client.send(new HeadBucketCommand({ Bucket: BUCKET }));
  });

  it("takes over a bucket and its settings by import, and changes nothing of them", async () => {
    const imported = await atStore("import", (provider) => {
      const options = { provider, import: BUCKET, retainOnDelete: true };
      new awsSdk.s3.Bucket("b", { bucket: BUCKET, objectLockEnabled: true }, options);
      new awsSdk.s3.BucketVersioning(
        "v",
        { bucket: BUCKET, versioningConfiguration: { status: "Enabled" } },
        options,
      );
    });
    const { passed, steps, output } = await operate(imported, "up");
    assert.ok(passed, output);
    assert.deepEqual(
      steps.filter((step) => step.includes("aws:s3/")),
      ["import aws:s3/bucket:Bucket b", "import aws:s3/bucketVersioning:BucketVersioning v"],
    );
    assert.deepEqual((await operate(imported, "up")).steps, []);
    assert.ok((await operate(imported, "destroy")).passed);
    const { client } = await admin();
    await client.send(new HeadBucketCommand({ Bucket: BUCKET }));
  });

  const unserved: [string, (provider: awsSdk.Provider) => void, RegExp][] = [
    [
      "type",
      (provider) => {
        new awsSdk.s3.BucketWebsiteConfiguration("website", { bucket: BUCKET }, { provider });
      },
      /BucketWebsiteConfiguration is not a type that the embedded provider aws knows/,
    ],
    [
      "input",
      (provider) => {
        new awsSdk.s3.Bucket("acl", { bucket: "e2e-aws-acl", acl: "public-read" }, { provider });
      },
      /acl.*is not served by the embedded aws provider; it needs the upstream provider/s,
    ],
  ];
  for (const [kind, program, message] of unserved)
    it(`refuses by name a ${kind} that it does not serve`, async () => {
      const { passed, output } = await operate(await atStore(`refused-${kind}`, program), "preview");
      assert.equal(passed, false);
      assert.match(output, message);
    });

  it("replaces the bucket when its name changes, with everything in it when it may", async () => {
    wanted = { ...wanted, bucket: `${BUCKET}-2` };
    const { passed, steps, output } = await operate(vault, "up");
    assert.ok(passed, output);
    for (const resource of bucketAndSettings) assert.ok(steps.includes(`replace ${resource}`), resource);
    const { client } = await admin();
    await client.send(new HeadBucketCommand({ Bucket: wanted.bucket }));
    await assert.rejects(client.send(new HeadBucketCommand({ Bucket: BUCKET })), { name: "NotFound" });
  });

  it("says so when the store cannot be reached", async () => {
    const unreachable = await bench.stack("unreachable", () => {
      const provider = new awsSdk.Provider("nowhere", {
        accessKey: "nobody",
        secretKey: pulumi.secret("nothing"),
        region: "us-east-1",
        endpoints: [{ s3: "https://localhost:1" }],
        s3UsePathStyle: true,
      });
      new awsSdk.s3.Bucket("b", { bucket: BUCKET }, { provider });
    });
    const { passed, output } = await operate(unreachable, "up");
    assert.equal(passed, false);
    assert.match(
      output,
      /https:\/\/localhost:1 did not look for bucket e2e-aws-bucket: .*is it there and running\?/,
    );
  });

  it("is gone with all its data after a destroy", async () => {
    const { passed, output } = await operate(vault, "destroy");
    assert.ok(passed, output);
    assert.deepEqual([findSandbox(STORE), await readObjectStore(STORE)], [undefined, undefined]);
  });
});
