import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DumpFile, dumpKeysOf } from "../../../../jobs/dumps/dumpManifest";
import { readFromParts, writeInParts } from "../../../../jobs/dumps/dumpParts";
import { dumpKey, dumpKeys } from "../../../../jobs/dumps/sealedStream";
import { type FakeObjectStore, startFakeObjectStore } from "../fakeObjectStore";

const name = "backup-2026-01-15-020000";
const key = dumpKey("passphrase");
const keyOf = dumpKeys("passphrase");
const content = randomBytes(3_000_000);
const partKey = (number: number): string => dumpKeysOf(name).part(`3210.dat.gz.0000${number}`);

async function* pieces(): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += 65_536)
    yield await Promise.resolve(content.subarray(at, at + 65_536));
}

describe("the parts of a dump", () => {
  let store: FakeObjectStore;
  let scratch: string;
  let file: DumpFile;

  const read = async (): Promise<Buffer> => {
    const found: Buffer[] = [];
    for await (const bytes of readFromParts({ storage: store.storage, name, keyOf }, file)) found.push(bytes);
    return Buffer.concat(found);
  };

  beforeEach(async () => {
    store = await startFakeObjectStore();
    scratch = mkdtempSync(join(tmpdir(), "parts-"));
    const plan = { storage: store.storage, name, key, scratch, partBytes: 1_000_000 };
    file = await writeInParts(plan, "3210.dat.gz", pieces());
  });

  afterEach(async () => {
    await store.close();
    rmSync(scratch, { recursive: true });
  });

  it("come back as what they were, and leave nothing in the scratch", async () => {
    assert.deepEqual(
      file.parts.map(({ path, sizeBytes }) => [path, sizeBytes]),
      [
        ["3210.dat.gz.00001", 1_000_000],
        ["3210.dat.gz.00002", 1_000_000],
        ["3210.dat.gz.00003", 1_000_000],
        ["3210.dat.gz.00004", 96],
      ],
    );
    assert.equal(file.sizeBytes, content.length);
    assert.deepEqual(await read(), content);
    assert.deepEqual(readdirSync(scratch), []);
  });

  it("hold nothing that can be read without the passphrase", () => {
    const all = Buffer.concat([...store.objects.values()]);
    assert.ok(!all.includes(content.subarray(0, 32)));
  });

  const change: Record<string, [() => void, RegExp]> = {
    "is missing": [() => store.objects.delete(partKey(2)), /3210\.dat\.gz\.00002 is missing; bring back/],
    "was cut off at 60 %": [
      () =>
        store.objects.set(
          partKey(2),
          (store.objects.get(partKey(2)) ?? Buffer.alloc(0)).subarray(0, 600_000),
        ),
      /00002 has 600000 bytes, and 1000000 are expected/,
    ],
    "is empty": [
      () => store.objects.set(partKey(2), Buffer.alloc(0)),
      /00002 has 0 bytes, and 1000000 are expected/,
    ],
    "is that of another file": [
      () => store.objects.set(partKey(2), store.objects.get(partKey(3)) ?? Buffer.alloc(0)),
      /is damaged/,
    ],
  };
  for (const [what, [damage, message]] of Object.entries(change))
    it(`are refused when one of them ${what}`, async () => {
      damage();
      await assert.rejects(read(), message);
    });

  it("are refused when a checksum in the manifest is another one", async () => {
    const [first, ...others] = file.parts;
    assert.ok(first);
    const right = file;
    file = { ...right, parts: [{ ...first, sha256: "0".repeat(64) }, ...others] };
    await assert.rejects(read(), /00001 is damaged: sha256 [0-9a-f]{12}… instead of 000000000000…/);
    file = { ...right, sha256: "0".repeat(64) };
    await assert.rejects(
      read(),
      /3210\.dat\.gz is not what the manifest says: 3000000 bytes instead of 3000000/,
    );
    file = { ...right, parts: right.parts.slice(0, 3) };
    await assert.rejects(read(), /is damaged or cut off/);
  });

  it("are read on where a connection broke", async () => {
    let broken = 0;
    const storage = {
      describe: (key: string) => key,
      open: async (key: string) => {
        const object = await store.storage.open(key);
        if (object === undefined || broken > 2 || key !== partKey(2)) return object;
        broken += 1;
        const { content: whole, sizeBytes } = object;
        async function* half(): AsyncGenerator<Buffer> {
          let given = 0;
          for await (const chunk of whole) {
            const bytes = (chunk as Buffer).subarray(0, 300_000 * broken - given);
            given += bytes.length;
            yield bytes;
            if (given >= 300_000 * broken) throw new Error("reset by peer");
          }
        }
        const { Readable } = await import("node:stream");
        return { content: Readable.from(half()), sizeBytes };
      },
    };
    const found: Buffer[] = [];
    for await (const bytes of readFromParts({ storage, name, keyOf, pauseMs: 10 }, file)) found.push(bytes);
    assert.deepEqual(Buffer.concat(found), content);
    assert.equal(broken, 3);
  });

  it("end with the failure of the store, and leave nothing in the scratch", async () => {
    store.fault = (method, key) => (method === "PUT" && key.endsWith("00002") ? 403 : undefined);
    const plan = { storage: store.storage, name, key, scratch, partBytes: 1_000_000 };
    await assert.rejects(writeInParts(plan, "3211.dat.gz", pieces()), /did not write .*3211\.dat\.gz\.00002/);
    assert.deepEqual(readdirSync(scratch), []);
  });
});
