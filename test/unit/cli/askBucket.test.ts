import assert from "node:assert/strict";
import { askBucket } from "../../../cli/askBucket";
import { sealedKit } from "../../../kit/recoveryKit";
import { fitOf } from "../../../kit/kitFacts";
import type { Kit } from "../../../kit/kit";
import { identityText, newIdentity } from "../../../kit/vaultIdentity";
import { recoveryKitKey, vaultIdentityKey } from "../../../plan/configObjects";
import { valueOf } from "../../../plan/status/facts";
import { withVariable } from "../../support/variable";
import { type FakeObjectStore, startFakeObjectStore } from "../jobs/fakeObjectStore";
import {
  BucketDouble,
  putBase,
  putDump,
  putGeneration,
  putSnapshot,
  putWal,
} from "../jobs/status/bucketDouble";

const time = new Date("2026-01-01T00:00:00Z");

describe("asking a bucket over the wire", () => {
  let store: FakeObjectStore;
  withVariable("PULUMI_CONFIG_PASSPHRASE", () => "right");
  beforeEach(async () => {
    store = await startFakeObjectStore();
    store.now = () => new Date("2026-01-01T00:00:30Z");
    const double = new BucketDouble(undefined);
    putGeneration(double, 1, time);
    putWal(double, 1, 254, [time, time, time, time]);
    putBase(double, 1, "20251231-230000F", { at: new Date("2025-12-31T23:01:00Z"), segment: 254 });
    putDump(double, "backup-2025-12-31-020000", time);
    putSnapshot(double, "models-20251231-030000", time);
    for (const [key, { text, sizeBytes }] of double.objects)
      store.objects.set(key, text === "" ? Buffer.alloc(Math.min(sizeBytes, 10_000)) : Buffer.from(text));
  });
  afterEach(() => store.close());
  const ask = (kit?: Kit) => {
    const { endpoint, bucket, accessKeyId, secretAccessKey } = store.settings;
    const access = { authority: "", keys: { accessKeyId, secretAccessKey } };
    return askBucket({ at: { endpoint, bucket }, access }, 7, (opened) =>
      kit === undefined
        ? Promise.resolve({ fit: { state: "not asked", why: "" } })
        : fitOf("mine.kit", kit, opened),
    );
  };

  it("tells what is there, by the store's clock", async () => {
    const { bucket } = await ask();
    assert.deepEqual(valueOf(bucket.now), new Date("2026-01-01T00:00:30Z"));
    assert.deepEqual(valueOf(bucket.archive)?.newest, {
      segment: "000000010000000100000001",
      archivedAt: time,
    });
    assert.equal(valueOf(bucket.bases)?.newest?.label, "20251231-230000F");
    assert.deepEqual(valueOf(bucket.window)?.spans, [
      { generation: 1, from: new Date("2025-12-31T23:01:00Z"), to: time },
    ]);
    assert.equal(valueOf(bucket.dumps)?.newest?.name, "backup-2025-12-31-020000");
    assert.equal(valueOf(bucket.models)?.newest?.name, "models-20251231-030000");
    assert.deepEqual(
      store.requests.filter((request) => !request.startsWith("GET ")),
      [],
    );
  });

  it("holds the kit to the vault", async () => {
    const values = { repositoryCipherPass: "of the repository" };
    const identity = newIdentity(values.repositoryCipherPass);
    const address = `${store.settings.endpoint}/${store.settings.bucket}`;
    const vault = { id: identity.id, address, region: "", authority: "", keys: {} };
    const kit: Kit = { generation: 3, writtenAt: "2026-01-03T00:00:00Z", values, vault };
    store.objects.set(vaultIdentityKey, Buffer.from(identityText(identity)));
    store.objects.set(recoveryKitKey, Buffer.from(sealedKit(kit)));
    assert.deepEqual((await ask(kit)).fit, { fit: { state: "read", value: [] } });
    const { fit, bucket } = await ask({ ...kit, generation: 2 });
    assert.equal(fit.problem?.fault, "old");
    assert.equal(bucket.models.state, "read");
  });

  it("tells what the keys may not read", async () => {
    store.fault = () => 403;
    const { bucket } = await ask();
    assert.match(
      bucket.lineage.state === "unknown" ? bucket.lineage.why : "",
      /did not list the versions of s3:\/\/backups\/wal\/lineage\/: access was denied/,
    );
  });

  it("gives up on a store that is not there", async () => {
    const { endpoint } = store.settings;
    await store.close();
    const { bucket } = await ask();
    assert.match(
      bucket.dumps.state === "unknown" ? bucket.dumps.why : "",
      /cannot be reached \(ECONNREFUSED\)/,
    );
    assert.equal(bucket.now.state, "unknown");
    assert.match(bucket.address, new RegExp(`^${endpoint}`));
    store = await startFakeObjectStore();
  });
});
