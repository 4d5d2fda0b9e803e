import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { partBytesFor } from "../../../jobs/multipartUpload";
import { ObjectStorage, ObjectStorageError } from "../../../jobs/objectStorage";
import { type FakeObjectStore, startFakeObjectStore } from "./fakeObjectStore";

describe("object storage", () => {
  let store: FakeObjectStore;
  beforeEach(async () => {
    store = await startFakeObjectStore();
  });
  afterEach(() => store.close());

  it("lists over several pages, in order, and up to a limit", async () => {
    for (const name of ["e", "a", "c", "b", "d"]) store.objects.set(`p/${name}`, Buffer.from(name));
    store.objects.set("q/other", Buffer.from(""));
    const keys = async (limit?: number): Promise<string[]> =>
      (await store.storage.list("p/", limit)).map(({ key }) => key);
    assert.deepEqual(await keys(), ["p/a", "p/b", "p/c", "p/d", "p/e"]);
    assert.deepEqual(await keys(1), ["p/a"]);
  });

  it("asks as the role of its pod where it has no keys", async () => {
    const asked: string[] = [];
    const agent = createServer((request, response) => {
      asked.push(request.headers.authorization ?? "");
      const Expiration = new Date(Date.now() + 3_600_000).toISOString();
      response.end(JSON.stringify({ AccessKeyId: "a", SecretAccessKey: "s", Token: "t", Expiration }));
    });
    await new Promise<void>((done) => agent.listen(0, "127.0.0.1", done));
    const variables = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${(agent.address() as AddressInfo).port}/v1/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: "token of the pod",
    };
    Object.assign(process.env, variables);
    try {
      store.objects.set("p/a", Buffer.from("a"));
      const storage = new ObjectStorage({ ...store.settings, accessKeyId: "", secretAccessKey: "" });
      assert.deepEqual(
        (await storage.list("p/")).map(({ key }) => key),
        ["p/a"],
      );
      assert.deepEqual(asked, ["token of the pod"]);
    } finally {
      for (const name of Object.keys(variables)) Reflect.deleteProperty(process.env, name);
      await new Promise((done) => agent.close(done));
    }
  });

  it("names the folders under a prefix", async () => {
    for (const key of ["models/b/x", "models/a/y", "models/latest.json"])
      store.objects.set(key, Buffer.from(""));
    assert.deepEqual(await store.storage.folders("models/"), ["a", "b"]);
  });

  it("tells a missing object from an error", async () => {
    assert.equal(await store.storage.readText("nothing"), undefined);
    assert.equal(await store.storage.open("nothing"), undefined);
    store.fault = () => 403;
    await assert.rejects(store.storage.readText("nothing"), ObjectStorageError);
  });

  it("writes only when the condition holds", async () => {
    const { storage } = store;
    assert.equal(await storage.writeText("k", "one", { ifAbsent: true }), true);
    assert.equal(await storage.writeText("k", "two", { ifAbsent: true }), false);
    const etag = (await storage.readText("k"))?.etag ?? "";
    assert.equal(await storage.writeText("k", "three", { ifMatch: etag }), true);
    assert.equal(await storage.writeText("k", "four", { ifMatch: etag }), false);
    assert.equal((await storage.readText("k"))?.text, "three");
  });

  it("takes its own content for a write that worked, when the answer was lost", async () => {
    store.objects.set("k", Buffer.from("mine"));
    assert.equal(await store.storage.writeText("k", "mine", { ifAbsent: true }), true);
  });

  it("repeats what may pass by itself", async () => {
    store.objects.set("k", Buffer.from("text"));
    let failures = 3;
    store.fault = () => (failures-- > 0 ? 503 : undefined);
    assert.equal((await store.storage.readText("k"))?.text, "text");
  });

  it("repeats a conditional write that met another one", async () => {
    let conflicts = 1;
    store.fault = (method) => (method === "PUT" && conflicts-- > 0 ? 409 : undefined);
    assert.equal(await store.storage.writeText("k", "mine", { ifAbsent: true }), true);
    assert.equal(store.objects.get("k")?.toString(), "mine");
  });

  it("gives up at once when the key is refused, and says so without the secret", async () => {
    store.fault = () => 403;
    await assert.rejects(store.storage.list("wal/"), (error: Error) => {
      assert.match(error.message, /list s3:\/\/backups\/wal\/: access was denied/);
      assert.match(error.message, /check that the access key/);
      assert.ok(!error.message.includes("hidden"));
      return true;
    });
    assert.equal(store.requests.length, 1);
  });

  it("knows what was deleted", async () => {
    store.objects.set("wal/a", Buffer.from(""));
    store.objects.set("wal/b", Buffer.from(""));
    await store.storage.remove("wal/a");
    assert.deepEqual(await store.storage.deleted("wal/"), ["wal/a"]);
    assert.deepEqual(await store.storage.deleted("models/"), []);
  });

  describe("files", () => {
    const content = Buffer.alloc(300_000, "abc");
    const sha256 = createHash("sha256").update(content).digest("hex");
    let file = "";
    beforeEach(() => {
      file = join(mkdtempSync(join(tmpdir(), "object-")), "file");
      writeFileSync(file, content);
    });
    afterEach(() => {
      rmSync(dirname(file), { recursive: true });
    });
    /** In parts of 100,000 bytes, at a store that takes no more in one request. */
    const inParts = (): ObjectStorage => {
      Object.assign(store, { maxPutBytes: 100_000, minPartBytes: 50_000 });
      return new ObjectStorage(store.settings, { oneRequestBytes: 100_000, partBytes: 100_000 });
    };

    it("go in at once and come out as a stream, and are tagged", async () => {
      await store.storage.writeFile("big", file, content.length, sha256);
      const object = await store.storage.open("big");
      assert.equal(object?.sizeBytes, content.length);
      const chunks: Buffer[] = [];
      for await (const chunk of object.content) chunks.push(chunk as Buffer);
      assert.deepEqual(Buffer.concat(chunks), content);
      await store.storage.tag("big", { superseded: "true" });
      assert.equal(store.tags.get("big"), "superseded=true");
    });

    it("that are larger than one request takes go in parts, each with its checksum", async () => {
      const storage = inParts();
      const oneRequest = new ObjectStorage(store.settings);
      await assert.rejects(oneRequest.writeFile("big", file, content.length, sha256), /EntityTooLarge/);
      await storage.writeFile("big", file, content.length, sha256);
      assert.deepEqual(store.objects.get("big"), content);
      assert.deepEqual(store.requests.slice(1), [
        "POST big?uploads",
        ...Array<string>(3).fill("PUT big?partNumber"),
        "POST big?uploadId",
      ]);
    });

    it("have one more part for what is left over", async () => {
      const storage = inParts();
      writeFileSync(file, Buffer.concat([content, Buffer.from("d")]));
      const other = createHash("sha256").update(content).update("d").digest("hex");
      await storage.writeFile("big", file, content.length + 1, other);
      assert.equal(store.objects.get("big")?.length, content.length + 1);
    });

    it("have a part repeated, and not the whole, when the store falters", async () => {
      const storage = inParts();
      let faults = 1;
      store.fault = (method) => (method === "PUT" && faults-- > 0 ? 500 : undefined);
      await storage.writeFile("big", file, content.length, sha256);
      assert.deepEqual(store.objects.get("big"), content);
      assert.equal(store.requests.filter((request) => request.endsWith("?partNumber")).length, 4);
    });

    it("leave nothing behind when they cannot be written", async () => {
      const storage = inParts();
      store.fault = (method, key) => (method === "PUT" && key === "big" ? 403 : undefined);
      await assert.rejects(
        storage.writeFile("big", file, content.length, sha256),
        /did not write part 1 of s3:\/\/backups\/big: access was denied/,
      );
      assert.deepEqual([store.uploads.size, store.objects.size], [0, 0]);
    });

    it("make no object when they have changed", async () => {
      const storage = inParts();
      await assert.rejects(
        storage.writeFile("big", file, content.length, "0".repeat(64)),
        /big was not written: .* has changed since its checksum was taken/,
      );
      assert.deepEqual([store.uploads.size, store.objects.size], [0, 0]);
    });

    it("have parts that are few enough", () => {
      const MiB = 1024 ** 2;
      for (const [size, part] of [
        [1, 64],
        [640_000 * MiB, 64],
        [640_000 * MiB + 1, 65],
        [5 * 1024 ** 4, 525],
      ] as const) {
        assert.equal(partBytesFor(size), part * MiB);
        assert.ok(Math.ceil(size / partBytesFor(size)) <= 10_000);
      }
    });
  });
});
