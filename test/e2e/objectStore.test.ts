import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { Agent } from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AbortMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  PutObjectTaggingCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  sandboxProcesses,
  ensureSandbox,
  findSandbox,
  removeSandbox,
  stopSandbox,
} from "@lstm-pfd/local-cloud/sandbox";
import {
  deleteObjectStore,
  ensureObjectStore,
  readObjectStore,
  type Identity,
  type IdentityRole,
  type ObjectStoreSpec,
} from "@lstm-pfd/local-cloud/object-store";
import { identityRoles } from "@lstm-pfd/local-cloud/object-store/identities";
import { isWeed } from "@lstm-pfd/local-cloud/object-store/process";
import { objectStoreDir } from "@lstm-pfd/local-cloud/paths";
import { run } from "../../lib/process";
import type { Progress } from "../../lib/progress";
import { ensureToolchain, type Toolchain } from "@lstm-pfd/local-cloud/toolchain";
import { changedSysctls, hostState, type HostState } from "./hostState";

const NAME = "e2e-objects";
const PORT = 27334;
const BUCKET = "e2e-backups";

const silent: Progress = { step: (_name, work) => work(() => undefined), plan: () => undefined };
const call = () => ({ signal: new AbortController().signal });

function identity(role: IdentityRole, secretAccessKey = `${role}SecretOfThisTest`): Identity {
  return { name: role, role, accessKeyId: `${role}Key`, secretAccessKey };
}

describe("the embedded object store", function () {
  this.timeout(120_000);
  let toolchain: Toolchain;
  let state: string;
  let hostBefore: HostState;
  let clients: Record<IdentityRole, S3Client>;
  const spec: ObjectStoreSpec = {
    name: NAME,
    port: PORT,
    owner: "e2e",
    identities: identityRoles.map((role) => identity(role)),
  };

  before(async () => {
    toolchain = await ensureToolchain(silent);
    state = mkdtempSync(join(tmpdir(), "lpfd-objects-"));
    process.env["LSTM_PFD_STATE"] = state;
    hostBefore = await hostState();
  });

  after(async () => {
    await deleteObjectStore(NAME);
    Reflect.deleteProperty(process.env, "LSTM_PFD_STATE");
    rmSync(state, { recursive: true, force: true });
  });

  function clientOf(credentials: Identity): S3Client {
    const ca = readFileSync(join(objectStoreDir(NAME), "tls", "ca.pem"), "utf8");
    return new S3Client({
      endpoint: `https://localhost:${PORT}`,
      region: "us-east-1",
      forcePathStyle: true,
      credentials,
      requestHandler: { httpsAgent: new Agent({ ca }) },
    });
  }

  function connect(): void {
    const client = (role: IdentityRole): S3Client => clientOf(identity(role));
    clients = {
      admin: client("admin"),
      writer: client("writer"),
      janitor: client("janitor"),
      reader: client("reader"),
    };
  }

  async function text(key: string): Promise<string | undefined> {
    const { Body } = await clients.reader.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
    return Body?.transformToString();
  }

  it("starts, answers under its own certificate, and is the same at a second call", async () => {
    const made = await ensureObjectStore(spec, toolchain, call());
    assert.equal(made.endpoint, `https://${NAME}.objects.internal:8333`);
    assert.equal(made.hostEndpoint, `https://localhost:${PORT}`);
    const pid = findSandbox(NAME)?.pid;
    assert.deepEqual(await ensureObjectStore(spec, toolchain, call()), made);
    assert.equal(findSandbox(NAME)?.pid, pid);
    assert.equal((await readObjectStore(NAME))?.running, true);
    connect();
  });

  it("has a certificate for pods, for this host and for its address", async () => {
    const file = join(objectStoreDir(NAME), "tls", "server.pem");
    const { stdout } = await run("openssl", ["x509", "-in", file, "-noout", "-ext", "subjectAltName"]);
    for (const name of [`DNS:${NAME}.objects.internal`, "DNS:localhost", "127.0.0.1", "10.240.0.1"])
      assert.ok(stdout.includes(name), name);
  });

  it("lets nobody read its secrets, neither in files nor in arguments", async () => {
    const directory = objectStoreDir(NAME);
    assert.equal(statSync(directory).mode & 0o077, 0);
    const secret = join(directory, "configuration", "identities.json");
    assert.equal(statSync(secret).mode & 0o077, 0);
    const { stdout } = await run("ps", ["-eo", "args"]);
    for (const { secretAccessKey } of spec.identities) assert.ok(!stdout.includes(secretAccessKey));
  });

  it("keeps versions, locks them and encrypts", async () => {
    await clients.admin.send(new CreateBucketCommand({ Bucket: BUCKET, ObjectLockEnabledForBucket: true }));
    await clients.admin.send(
      new PutObjectLockConfigurationCommand({
        Bucket: BUCKET,
        ObjectLockConfiguration: {
          ObjectLockEnabled: "Enabled",
          Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days: 1 } },
        },
      }),
    );
    await clients.admin.send(
      new PutBucketEncryptionCommand({
        Bucket: BUCKET,
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
        },
      }),
    );
    const put = (Body: string) =>
      clients.writer.send(new PutObjectCommand({ Bucket: BUCKET, Key: "db/one", Body }));
    const marker = "readable-only-with-the-key";
    const first = await put(marker);
    const second = await put("second");
    assert.notEqual(first.VersionId, second.VersionId);
    const at = { Bucket: BUCKET, Key: "db/one", VersionId: first.VersionId };
    const { Body } = await clients.reader.send(new GetObjectCommand(at));
    assert.equal(await Body?.transformToString(), marker);
    const head = await clients.reader.send(new HeadObjectCommand(at));
    assert.deepEqual([head.ServerSideEncryption, head.ObjectLockMode], ["AES256", "GOVERNANCE"]);
    await assert.rejects(clients.admin.send(new DeleteObjectCommand(at)), { name: "AccessDenied" });
    const found = await run("sh", ["-c", `grep -rlc "$0" "$1" || true`, marker, objectStoreDir(NAME)]);
    assert.equal(found.stdout, "");
  });

  let version: string | undefined;
  const key = "wal/generation-0001/repository/archive/x";
  const clearedByWriter = "wal/generation-0001/repository/backup/main/latest";
  const at = { Bucket: BUCKET, Key: key };

  it("holds objects for the roles", async () => {
    for (const name of [key, clearedByWriter, "models/m/file"])
      version = (await clients.admin.send(new PutObjectCommand({ Bucket: BUCKET, Key: name, Body: "x" })))
        .VersionId;
    version = (await clients.admin.send(new PutObjectCommand({ ...at, Body: "x" }))).VersionId;
  });

  const allowed = (...roles: IdentityRole[]): readonly IdentityRole[] => roles;
  const everybody = allowed("writer", "janitor", "reader");
  const nobody = allowed();
  const table: [string, readonly IdentityRole[], (client: S3Client) => Promise<unknown>][] = [
    [
      "lists",
      everybody,
      (client) => client.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: "wal/" })),
    ],
    ["lists versions", everybody, (client) => client.send(new ListObjectVersionsCommand({ Bucket: BUCKET }))],
    ["reads", everybody, (client) => client.send(new GetObjectCommand(at))],
    [
      "reads a version",
      everybody,
      (client) => client.send(new GetObjectCommand({ ...at, VersionId: version })),
    ],
    [
      "writes WAL",
      allowed("writer", "janitor"),
      (client) => client.send(new PutObjectCommand({ ...at, Body: "y" })),
    ],
    [
      "writes models",
      allowed("writer"),
      (client) => client.send(new PutObjectCommand({ ...at, Key: "models/m/file", Body: "y" })),
    ],
    [
      "uploads in parts and gives up",
      allowed("writer", "janitor"),
      async (client) => {
        const { UploadId } = await client.send(new CreateMultipartUploadCommand(at));
        await client.send(new AbortMultipartUploadCommand({ ...at, UploadId }));
      },
    ],
    [
      "copies over",
      allowed("writer"),
      (client) =>
        client.send(
          new CopyObjectCommand({ Bucket: BUCKET, Key: "db/copy", CopySource: `${BUCKET}/${key}` }),
        ),
    ],
    [
      "tags as superseded",
      allowed("janitor"),
      (client) =>
        client.send(
          new PutObjectTaggingCommand({
            ...at,
            Tagging: { TagSet: [{ Key: "superseded", Value: "true" }] },
          }),
        ),
    ],
    ["reads tags", allowed("janitor"), (client) => client.send(new GetObjectTaggingCommand(at))],
    ["hides WAL", allowed("janitor"), (client) => client.send(new DeleteObjectCommand(at))],
    [
      "hides what an unfinished base backup left",
      allowed("writer", "janitor"),
      (client) => client.send(new DeleteObjectCommand({ ...at, Key: clearedByWriter })),
    ],
    [
      "hides a model",
      nobody,
      (client) => client.send(new DeleteObjectCommand({ ...at, Key: "models/m/file" })),
    ],
    [
      "deletes a version",
      nobody,
      (client) => client.send(new DeleteObjectCommand({ ...at, VersionId: version })),
    ],
    [
      "deletes a version past its lock",
      nobody,
      (client) =>
        client.send(new DeleteObjectCommand({ ...at, VersionId: version, BypassGovernanceRetention: true })),
    ],
    [
      "deletes versions in a batch",
      nobody,
      async (client) => {
        const { Errors = [] } = await client.send(
          new DeleteObjectsCommand({
            Bucket: BUCKET,
            Delete: { Objects: [{ Key: key, VersionId: version }] },
            BypassGovernanceRetention: true,
          }),
        );
        if (Errors[0] !== undefined) throw Object.assign(new Error(), { name: Errors[0].Code });
      },
    ],
    [
      "shortens a lock",
      nobody,
      (client) =>
        client.send(
          new PutObjectRetentionCommand({
            ...at,
            Retention: { Mode: "GOVERNANCE", RetainUntilDate: new Date(Date.now() + 5_000) },
            BypassGovernanceRetention: true,
          }),
        ),
    ],
    [
      "writes with a lock of its own",
      nobody,
      (client) =>
        client.send(
          new PutObjectCommand({
            ...at,
            Body: "y",
            ObjectLockMode: "GOVERNANCE",
            ObjectLockRetainUntilDate: new Date(Date.now() + 5_000),
          }),
        ),
    ],
    [
      "changes the default lock",
      nobody,
      (client) =>
        client.send(
          new PutObjectLockConfigurationCommand({
            Bucket: BUCKET,
            ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" },
          }),
        ),
    ],
    [
      "suspends versioning",
      nobody,
      (client) =>
        client.send(
          new PutBucketVersioningCommand({
            Bucket: BUCKET,
            VersioningConfiguration: { Status: "Suspended" },
          }),
        ),
    ],
    [
      "sets lifecycle rules",
      nobody,
      (client) =>
        client.send(
          new PutBucketLifecycleConfigurationCommand({
            Bucket: BUCKET,
            LifecycleConfiguration: {
              Rules: [{ ID: "all", Status: "Enabled", Filter: { Prefix: "" }, Expiration: { Days: 1 } }],
            },
          }),
        ),
    ],
    [
      "removes lifecycle rules",
      nobody,
      (client) => client.send(new DeleteBucketLifecycleCommand({ Bucket: BUCKET })),
    ],
    [
      "sets the policy",
      nobody,
      (client) => client.send(new PutBucketPolicyCommand({ Bucket: BUCKET, Policy: "{}" })),
    ],
    [
      "removes the policy",
      nobody,
      (client) => client.send(new DeleteBucketPolicyCommand({ Bucket: BUCKET })),
    ],
    ["makes a bucket", nobody, (client) => client.send(new CreateBucketCommand({ Bucket: "e2e-more" }))],
    ["deletes the bucket", nobody, (client) => client.send(new DeleteBucketCommand({ Bucket: BUCKET }))],
  ];
  for (const [what, who, act] of table)
    for (const role of everybody)
      it(`${role} ${who.includes(role) ? "" : "never "}${what}`, async () => {
        if (who.includes(role)) await act(clients[role]);
        else await assert.rejects(act(clients[role]), { name: "AccessDenied" });
      });

  it("lets nobody in without keys, or with wrong ones", async () => {
    const unsigned = clientOf(identity("writer"));
    unsigned.config.signer = () => Promise.resolve({ sign: (request) => Promise.resolve(request) });
    await assert.rejects(unsigned.send(new GetObjectCommand(at)), { name: "AccessDenied" });
    const wrong = clientOf(identity("writer", "anotherSecretOfThisTest"));
    await assert.rejects(wrong.send(new GetObjectCommand(at)), { name: "SignatureDoesNotMatch" });
  });

  it("takes new keys in place: the old ones are refused, the data stays", async () => {
    const pid = findSandbox(NAME)?.pid;
    const changed = [
      ...spec.identities.filter(({ role }) => role !== "reader"),
      identity("reader", "anotherSecretOfThisTest"),
    ];
    await ensureObjectStore({ ...spec, identities: changed }, toolchain, call());
    await assert.rejects(text("db/one"), { name: "SignatureDoesNotMatch" });
    await ensureObjectStore(spec, toolchain, call());
    assert.equal(await text("db/one"), "second");
    assert.equal(findSandbox(NAME)?.pid, pid);
  });

  it("loses nothing that it has acknowledged when it is killed in the middle of writes", async () => {
    const acknowledged: string[] = [];
    const writing = (async () => {
      for (let count = 0; ; count += 1) {
        const key = `db/kill/${count}`;
        await clients.writer.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: key }));
        acknowledged.push(key);
      }
    })().catch(() => undefined);
    while (acknowledged.length < 50) await new Promise((resolve) => setTimeout(resolve, 10));
    await stopSandbox(NAME);
    clients.writer.destroy();
    assert.equal((await readObjectStore(NAME))?.running, false);
    const start = Date.now();
    await ensureObjectStore(spec, toolchain, call());
    console.log(`      started again with its data in ${Date.now() - start} ms`);
    connect();
    await writing;
    for (const key of acknowledged) assert.equal(await text(key), key);
    assert.equal(await text("db/one"), "second");
    await clients.writer.send(new PutObjectCommand({ Bucket: BUCKET, Key: "db/after", Body: "after" }));
    assert.equal(await text("db/after"), "after");
  });

  it("starts SeaweedFS again by itself when it dies", async () => {
    const weed = sandboxProcesses(NAME).filter(isWeed);
    assert.equal(weed.length, 1);
    for (const pid of weed) process.kill(pid, "SIGKILL");
    await ensureObjectStore(spec, toolchain, call());
    assert.equal(await text("db/one"), "second");
  });

  it("refuses a port that another program has, before anything is touched", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(PORT + 1, "127.0.0.1", resolve));
    await assert.rejects(
      ensureObjectStore({ ...spec, name: "e2e-second", port: PORT + 1 }, toolchain, call()),
      new RegExp(`^Error: port ${PORT + 1} on 127.0.0.1 is in use by another program`),
    );
    server.close();
    assert.ok(!existsSync(objectStoreDir("e2e-second")));
    // Its own port is not in its way.
    await ensureObjectStore(spec, toolchain, call());
  });

  it("refuses a name that something else has", async () => {
    await ensureSandbox({ name: "e2e-other", purpose: "site", prepare: "", services: {} });
    try {
      await assert.rejects(
        ensureObjectStore({ ...spec, name: "e2e-other", port: PORT + 2 }, toolchain, call()),
        /the name e2e-other is taken by an embedded site/,
      );
      await assert.rejects(deleteObjectStore("e2e-other"), /taken by an embedded site/);
    } finally {
      await removeSandbox("e2e-other");
    }
  });

  it("does not start anew over data whose key is gone", async () => {
    const file = join(objectStoreDir(NAME), "configuration", "security.toml");
    const content = readFileSync(file);
    rmSync(file);
    await assert.rejects(
      ensureObjectStore(spec, toolchain, call()),
      /security\.toml is gone, and with it the key to all objects/,
    );
    await run("sh", ["-c", 'umask 077; cat >"$0"', file], { input: content.toString() });
    await ensureObjectStore(spec, toolchain, call());
  });

  it("is gone with its data after a delete, and leaves nothing on the host", async () => {
    await deleteObjectStore(NAME);
    await deleteObjectStore(NAME);
    assert.equal(await readObjectStore(NAME), undefined);
    assert.ok(!existsSync(objectStoreDir(NAME)));
    assert.deepEqual(sandboxProcesses(NAME), []);
    const after = await hostState();
    assert.deepEqual(changedSysctls(hostBefore, after), []);
    for (const list of ["networks", "controlGroups"] as const)
      assert.ok(!after[list].some((entry) => entry.includes(NAME)), list);
    for (const part of ["addresses", "firewall", "mounts"] as const)
      assert.ok(!after[part].includes(NAME), part);
  });
});
