import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  DeleteObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { ObjectStorage } from "../../../jobs/objectStorage";
import { concurrently } from "../../../lib/concurrently";
import { supersededTag } from "../../../plan/lifecycle";
import { type MotoServer, startMoto } from "../motoServer";
import { makeLockedBucket } from "./lockedBucket";

const Bucket = "contract-backups";
const record = "wal/generation-0001/committed/20260101-020000F.json";

/** More than the 1,000 that S3 lists at once. */
const MANY = 1003;

describe("what the jobs ask of the backup bucket, by the rules of S3 (moto)", () => {
  let moto: MotoServer;
  let client: S3Client;
  let storage: ObjectStorage;

  before(async () => {
    moto = await startMoto();
    client = moto.client();
    storage = moto.storage(Bucket);
    await makeLockedBucket(client, Bucket);
  });
  after(() => moto.close());

  const head = (Key: string) => client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
  const versions = (Prefix: string) => client.send(new ListObjectVersionsCommand({ Bucket, Prefix }));

  describe("a write", () => {
    it("is refused without a checksum, because the bucket has default retention", async () => {
      const without = moto.client({ requestChecksumCalculation: "WHEN_REQUIRED" });
      await assert.rejects(
        without.send(new PutObjectCommand({ Bucket, Key: "config/small.json", Body: "{}" })),
        { name: "MissingUploadObjectWithObjectLockHeaders", message: /header required/ },
      );
    });

    it("of a small object has its checksum, and gets the lock", async () => {
      assert.equal(await storage.writeText("config/small.json", "{}"), true);
      const { ChecksumSHA256, ObjectLockMode, ObjectLockRetainUntilDate } = await head("config/small.json");
      assert.deepEqual(
        [ChecksumSHA256, ObjectLockMode],
        [createHash("sha256").update("{}").digest("base64"), "GOVERNANCE"],
      );
      assert.ok((ObjectLockRetainUntilDate?.getTime() ?? 0) > Date.now() + 6 * 24 * 3600_000);
    });
  });

  describe("a record that is written once", () => {
    it("is written where there is none, and again with the same content", async () => {
      assert.equal(await storage.writeText(record, "first", { ifAbsent: true }), true);
      assert.equal(await storage.writeText(record, "first", { ifAbsent: true }), true);
    });

    it("is not overwritten", async () => {
      assert.equal(await storage.writeText(record, "second", { ifAbsent: true }), false);
      assert.equal((await storage.readText(record))?.text, "first");
      assert.equal((await versions(record)).Versions?.length, 1);
    });

    it("is tagged once it is superseded, although it is locked", async () => {
      await storage.tag(record, supersededTag);
      const { TagSet } = await client.send(new GetObjectTaggingCommand({ Bucket, Key: record }));
      assert.deepEqual(TagSet, [{ Key: "superseded", Value: "true" }]);
    });
  });

  describe("a pointer that moves", () => {
    const key = "models/latest.json";
    it("is moved by who has read it last, and by nobody else", async () => {
      assert.equal(await storage.writeText(key, "one", { ifAbsent: true }), true);
      const read = await storage.readText(key);
      const condition = { ifMatch: read?.etag ?? "" };
      assert.equal(await storage.writeText(key, "two", condition), true);
      assert.equal(await storage.writeText(key, "three", condition), false);
      assert.equal((await storage.readText(key))?.text, "two");
    });
  });

  it("an object that was never written is told as none", async () => {
    assert.equal(await storage.readText("config/never"), undefined);
    assert.equal(await storage.open("config/never"), undefined);
  });

  describe("an object that is removed", () => {
    it("is hidden, told as deleted, and kept", async () => {
      await storage.writeText("db/removed", "kept");
      await storage.remove("db/removed");
      assert.equal(await storage.readText("db/removed"), undefined);
      assert.deepEqual(await storage.deleted("db/"), ["db/removed"]);
      assert.deepEqual(await storage.list("db/"), []);
      assert.equal((await versions("db/removed")).Versions?.length, 1);
    });

    it("does not go for good while it is locked", async () => {
      const { Versions: [version] = [] } = await versions("db/removed");
      const VersionId = version?.VersionId;
      await assert.rejects(client.send(new DeleteObjectCommand({ Bucket, Key: "db/removed", VersionId })), {
        name: "AccessDenied",
      });
    });

    it("may be removed again, and one that never was too", async () => {
      await storage.remove("db/removed");
      await storage.remove("db/never");
    });
  });

  describe(`${MANY} objects`, () => {
    const name = (index: number): string => `wal/many/${String(index).padStart(4, "0")}`;
    const keys = Array.from({ length: MANY }, (_, index) => name(index));
    before(() =>
      concurrently(8, keys, async (key) => {
        await storage.writeText(key, "");
        await storage.remove(key);
        await storage.writeText(`${key}/object`, "");
      }),
    );

    it("are listed to the last one, in order", async () => {
      const listed = await storage.list("wal/many/");
      assert.deepEqual(
        listed.map(({ key }) => key),
        keys.map((key) => `${key}/object`),
      );
    });

    it("are listed as far as is asked for", async () => {
      assert.equal((await storage.list("wal/many/", 2)).length, 2);
    });

    it("are listed as folders to the last one", async () => {
      assert.deepEqual(
        await storage.folders("wal/many/"),
        keys.map((key) => key.slice("wal/many/".length)),
      );
    });

    it("are all found again as deleted", async () => {
      assert.deepEqual((await storage.deleted("wal/many/")).sort(), keys);
    });
  });
});
