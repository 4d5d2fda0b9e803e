import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
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

  it("streams an object in and out, and tags it", async () => {
    const content = Buffer.alloc(300_000, "abc");
    const sha256 = "0".repeat(64);
    await store.storage.writeStream("big", Readable.from([content]), content.length, sha256);
    const object = await store.storage.open("big");
    assert.equal(object?.sizeBytes, content.length);
    const chunks: Buffer[] = [];
    for await (const chunk of object.content) chunks.push(chunk as Buffer);
    assert.deepEqual(Buffer.concat(chunks), content);
    await store.storage.tag("big", { superseded: "true" });
    assert.equal(store.tags.get("big"), "superseded=true");
  });
});
