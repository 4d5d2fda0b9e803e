import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
} from "@aws-sdk/client-s3";
import { run } from "../../../lib/process";
import { deleteObjectStore, readObjectStore } from "@lstm-pfd/local-cloud/object-store";
import { isWeed } from "@lstm-pfd/local-cloud/object-store/process";
import { objectStoreDir } from "@lstm-pfd/local-cloud/paths";
import {
  ensureSandbox,
  findSandbox,
  removeSandbox,
  sandboxProcesses,
  stopSandbox,
} from "@lstm-pfd/local-cloud/sandbox";
import { bucket, type Cloud, identity } from "./cloud";

async function text(cloud: Cloud, key: string): Promise<string | undefined> {
  const { Body } = await cloud.client("reader").send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Body?.transformToString();
}

/** The store is made, and a bucket in it. */
export function objectStoreCases(cloud: Cloud): void {
  const { name, port } = cloud.store;

  it("starts, answers under its own certificate, and is the same at a second call", async () => {
    const made = await cloud.ensureStore();
    assert.equal(made.endpoint, `https://${name}.objects.internal:8333`);
    assert.equal(made.hostEndpoint, `https://localhost:${port}`);
    const pid = findSandbox(name)?.pid;
    assert.deepEqual(await cloud.ensureStore(), made);
    assert.equal(findSandbox(name)?.pid, pid);
    assert.equal((await readObjectStore(name))?.running, true);
  });

  it("has a certificate for pods, for this host and for its address", async () => {
    const file = join(objectStoreDir(name), "tls", "server.pem");
    const { stdout } = await run("openssl", ["x509", "-in", file, "-noout", "-ext", "subjectAltName"]);
    for (const address of [`DNS:${name}.objects.internal`, "DNS:localhost", "127.0.0.1", "10.240.0.1"])
      assert.ok(stdout.includes(address), address);
  });

  it("lets nobody read its secrets, neither in files nor in arguments", async () => {
    const directory = objectStoreDir(name);
    assert.equal(statSync(directory).mode & 0o077, 0);
    const secret = join(directory, "configuration", "identities.json");
    assert.equal(statSync(secret).mode & 0o077, 0);
    const { stdout } = await run("ps", ["-eo", "args"]);
    for (const { secretAccessKey } of cloud.store.identities) assert.ok(!stdout.includes(secretAccessKey));
  });

  it("keeps versions, locks them and encrypts", async () => {
    await cloud
      .client("admin")
      .send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: true }));
    await cloud.client("admin").send(
      new PutObjectLockConfigurationCommand({
        Bucket: bucket,
        ObjectLockConfiguration: {
          ObjectLockEnabled: "Enabled",
          Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days: 1 } },
        },
      }),
    );
    await cloud.client("admin").send(
      new PutBucketEncryptionCommand({
        Bucket: bucket,
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
        },
      }),
    );
    const put = (Body: string) =>
      cloud.client("writer").send(new PutObjectCommand({ Bucket: bucket, Key: "db/one", Body }));
    const marker = "readable-only-with-the-key";
    const first = await put(marker);
    const second = await put("second");
    assert.notEqual(first.VersionId, second.VersionId);
    const at = { Bucket: bucket, Key: "db/one", VersionId: first.VersionId };
    const { Body } = await cloud.client("reader").send(new GetObjectCommand(at));
    assert.equal(await Body?.transformToString(), marker);
    const head = await cloud.client("reader").send(new HeadObjectCommand(at));
    assert.deepEqual([head.ServerSideEncryption, head.ObjectLockMode], ["AES256", "GOVERNANCE"]);
    await assert.rejects(cloud.client("admin").send(new DeleteObjectCommand(at)), { name: "AccessDenied" });
    const found = await run("sh", ["-c", `grep -rlc "$0" "$1" || true`, marker, objectStoreDir(name)]);
    assert.equal(found.stdout, "");
  });
}

/** The store is changed, killed, and met by others. */
export function objectStoreTroubleCases(cloud: Cloud): void {
  const { name, port } = cloud.store;

  it("takes new keys in place: the old ones are refused, the data stays", async () => {
    const pid = findSandbox(name)?.pid;
    const changed = [
      ...cloud.store.identities.filter(({ role }) => role !== "reader"),
      identity("reader", "anotherSecretOfThisTest"),
    ];
    await cloud.ensureStore({ identities: changed });
    await assert.rejects(text(cloud, "db/one"), { name: "SignatureDoesNotMatch" });
    await cloud.ensureStore();
    assert.equal(await text(cloud, "db/one"), "second");
    assert.equal(findSandbox(name)?.pid, pid);
  });

  it("loses nothing that it has acknowledged when it is killed in the middle of writes", async () => {
    const acknowledged: string[] = [];
    const writer = cloud.client("writer");
    const stop = new AbortController();
    const writing = (async () => {
      for (let count = 0; !stop.signal.aborted; count += 1) {
        const key = `db/kill/${count}`;
        await writer.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: key }));
        acknowledged.push(key);
      }
    })().catch(() => undefined);
    while (acknowledged.length < 50) await new Promise((resolve) => setTimeout(resolve, 10));
    await stopSandbox(name);
    stop.abort();
    cloud.disconnect();
    assert.equal((await readObjectStore(name))?.running, false);
    const start = Date.now();
    await cloud.ensureStore();
    console.log(`      started again with its data in ${Date.now() - start} ms`);
    await writing;
    for (const key of acknowledged) assert.equal(await text(cloud, key), key);
    assert.equal(await text(cloud, "db/one"), "second");
    await cloud
      .client("writer")
      .send(new PutObjectCommand({ Bucket: bucket, Key: "db/after", Body: "after" }));
    assert.equal(await text(cloud, "db/after"), "after");
  });

  it("starts SeaweedFS again by itself when it dies", async () => {
    const weed = sandboxProcesses(name).filter(isWeed);
    assert.equal(weed.length, 1);
    for (const pid of weed) process.kill(pid, "SIGKILL");
    await cloud.ensureStore();
    assert.equal(await text(cloud, "db/one"), "second");
  });

  it("refuses a port that another program has, before anything is touched", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port + 1, "127.0.0.1", resolve));
    await assert.rejects(
      cloud.ensureStore({ name: "e2e-second", port: port + 1 }),
      new RegExp(`^Error: port ${port + 1} on 127.0.0.1 is in use by another program`),
    );
    server.close();
    assert.ok(!existsSync(objectStoreDir("e2e-second")));
    // Its own port is not in its way.
    await cloud.ensureStore();
  });

  it("refuses a name that something else has", async () => {
    await ensureSandbox({ name: "e2e-other", purpose: "site", prepare: "", services: {} });
    try {
      await assert.rejects(
        cloud.ensureStore({ name: "e2e-other", port: port + 2 }),
        /the name e2e-other is taken by an embedded site/,
      );
      await assert.rejects(deleteObjectStore("e2e-other"), /taken by an embedded site/);
    } finally {
      await removeSandbox("e2e-other");
    }
  });

  it("does not start anew over data whose key is gone", async () => {
    const file = join(objectStoreDir(name), "configuration", "security.toml");
    const content = readFileSync(file);
    rmSync(file);
    await assert.rejects(cloud.ensureStore(), /security\.toml is gone, and with it the key to all objects/);
    await run("sh", ["-c", 'umask 077; cat >"$0"', file], { input: content.toString() });
    await cloud.ensureStore();
  });
}

/** The store is removed. */
export function objectStoreEndCases(cloud: Cloud): void {
  const { name } = cloud.store;

  it("is gone with its data after a delete, and leaves nothing on the host", async () => {
    await deleteObjectStore(name);
    await deleteObjectStore(name);
    assert.equal(await readObjectStore(name), undefined);
    assert.ok(!existsSync(objectStoreDir(name)));
    assert.deepEqual(sandboxProcesses(name), []);
    assert.deepEqual(await cloud.hostChanges(), []);
  });
}
