import assert from "node:assert/strict";
import { segmentName } from "../../../../jobs/database/walPosition";
import { attempt } from "../../../../jobs/status/attempt";
import { readBucket } from "../../../../jobs/status/readBucket";
import { Failure } from "../../../../lib/failure";
import { type Read, valueOf } from "../../../../plan/status/facts";
import { judge } from "../../../../plan/status/judge";
import { objectives, statusFacts } from "../../plan/status/samples";
import {
  BucketDouble,
  putBase,
  putDump,
  putGeneration,
  putSnapshot,
  putWal,
  segmentKey,
} from "./bucketDouble";

const now = new Date("2026-01-31T06:30:00Z");
const full = "20260130-040000F";
const incremental = `${full}_20260131-060000I`;

function ago(seconds: number): Date {
  return new Date(now.getTime() - seconds * 1000);
}

/** Eleven segments over two folders, the last one 42 s old; a full and an incremental base backup, two dumps, two snapshots. */
function healthy(): BucketDouble {
  const bucket = new BucketDouble(now);
  putGeneration(bucket, 1, new Date("2026-01-20T00:00:00Z"));
  putWal(bucket, 1, 250, [
    ...Array.from({ length: 10 }, (_, index) => new Date(Date.UTC(2026, 0, 30, 4) + index * 9_000_000)),
    ago(42),
  ]);
  putBase(bucket, 1, full, { at: new Date("2026-01-30T04:01:00Z"), segment: 250 });
  putBase(bucket, 1, incremental, { at: new Date("2026-01-31T06:01:00Z"), segment: 259 });
  for (const day of ["30", "31"]) {
    putDump(bucket, `backup-2026-01-${day}-020000`, new Date(`2026-01-${day}T02:10:00Z`));
    putSnapshot(bucket, `models-202601${day}-030000`, new Date(`2026-01-${day}T03:10:00Z`));
  }
  return bucket;
}

async function told(bucket: BucketDouble) {
  const facts = await readBucket(bucket, { windowDays: 7 });
  const status = statusFacts({ bucket: { address: "s3://backups", ...facts }, stack: "prod" });
  return { facts, ...judge(status, objectives) };
}

function read<T>(asked: Read<T>): T {
  const value = valueOf(asked);
  assert.ok(value !== undefined, JSON.stringify(asked));
  return value;
}

describe("reading a bucket", () => {
  it("finds a healthy one safe, and tells what is there", async () => {
    const { facts, verdict, findings } = await told(healthy());
    assert.deepEqual([verdict, findings], ["safe", []]);
    assert.deepEqual(valueOf(facts.now), now);
    assert.equal(read(facts.lineage).head?.site.name, "prod/lstm-pfd");
    const archive = read(facts.archive);
    assert.deepEqual(archive.newest, { segment: segmentName(1, 260), archivedAt: ago(42) });
    assert.deepEqual([archive.segments, archive.bytes], [11, 11_000_000]);
    const bases = read(facts.bases);
    assert.deepEqual(
      [bases.newest?.label, bases.newestFull?.label, bases.oldestRead?.label, bases.count, bases.missing],
      [incremental, full, full, 2, []],
    );
    assert.deepEqual(read(facts.window), {
      spans: [{ generation: 1, from: new Date("2026-01-30T04:01:00Z"), to: ago(42) }],
      broken: [],
    });
    const dumps = read(facts.dumps);
    assert.deepEqual(
      [dumps.newest?.name, dumps.newest?.rows, dumps.before?.name, dumps.count, dumps.gaveUp],
      ["backup-2026-01-31-020000", 5, "backup-2026-01-30-020000", 2, false],
    );
    const models = read(facts.models);
    assert.deepEqual(
      [models.newest?.name, models.newest?.files, models.before?.name, models.missing],
      ["models-20260131-030000", 1, "models-20260130-030000", []],
    );
  });

  it("writes nothing, and asks for nothing but the prefixes of the classes", async () => {
    const bucket = healthy();
    await told(bucket);
    assert.deepEqual(
      bucket.calls.filter((call) => !/^(list|level|read|versions) (wal|db|models)\//.test(call)),
      [],
    );
  });

  it("does not tell the time where the store does not", async () => {
    const bucket = healthy();
    bucket.storeTime = undefined;
    const { facts, verdict } = await told(bucket);
    assert.equal(facts.now.state, "unknown");
    assert.equal(verdict, "unknown");
  });

  it("goes along the chain of two generations, by what lies before the fork", async () => {
    const bucket = new BucketDouble(now);
    putGeneration(bucket, 1, new Date("2026-01-20T00:00:00Z"));
    putGeneration(bucket, 2, new Date("2026-01-30T00:00:00Z"));
    putWal(bucket, 1, 1, [ago(90_000 * 3), ago(90_000 * 2)]);
    putWal(bucket, 2, 2, [ago(90_000), ago(42)]);
    putBase(bucket, 1, "20260127-010000F", { at: ago(90_000 * 3 + 60), segment: 1 });
    const { facts } = await told(bucket);
    assert.equal(read(facts.lineage).head?.generation, 2);
    assert.equal(read(facts.bases).newest?.label, "20260127-010000F");
    // Where it ends in its segment the record does not say, and the fork lies in the next one.
    assert.deepEqual(
      read(facts.window).spans.map(({ generation }) => generation),
      [1, 2],
    );
    assert.equal(read(facts.archive).newest?.segment, segmentName(2, 3));
  });

  it("does not count a base backup that may have ended past the fork, in the segment that holds it", async () => {
    const bucket = new BucketDouble(now);
    putGeneration(bucket, 1, new Date("2026-01-20T00:00:00Z"));
    putGeneration(bucket, 2, new Date("2026-01-30T00:00:00Z"));
    putBase(bucket, 1, "20260127-010000F", { at: ago(90_000 * 3), segment: 2 });
    const { facts, findings } = await told(bucket);
    assert.equal(read(facts.bases).newest, undefined);
    assert.match(findings.map(({ what }) => what).join(), /none of the 1 base backups leads to the database/);
  });

  it("lists no WAL from before the window, and says nothing of generations from before it", async () => {
    const bucket = new BucketDouble(now);
    putGeneration(bucket, 1, new Date("2026-01-01T00:00:00Z"));
    putGeneration(bucket, 2, new Date("2026-01-10T00:00:00Z"));
    const day = 86_400;
    putWal(bucket, 1, 1, [ago(25 * day)]);
    putWal(bucket, 2, 2, [
      ...Array.from({ length: 600 }, (_, index) => ago(20 * day - index * 2500)),
      ago(30),
    ]);
    putBase(bucket, 2, "20260111-020000F", { at: ago(19.9 * day), segment: 3 });
    putBase(bucket, 2, "20260123-020000F", { at: ago(8 * day), segment: 520 });
    putBase(bucket, 2, "20260131-040000F", { at: ago(2 * 3600), segment: 602 });
    const { facts, findings } = await told(bucket);
    assert.deepEqual(
      bucket.calls.filter((call) => /^list wal\/.*\/archive\/main\/15-1\//.test(call)),
      ["list wal/generation-0002/repository/archive/main/15-1/0000000200000002/"],
    );
    assert.equal(read(facts.archive).foldersNotListed, 3);
    assert.deepEqual(read(facts.window), {
      spans: [{ generation: 2, from: ago(8 * day), to: ago(30) }],
      broken: [],
    });
    assert.deepEqual(
      findings.filter(({ subject }) => subject === "wal"),
      [],
    );
  });

  const broken: Record<string, [(bucket: BucketDouble) => void, RegExp]> = {
    "a segment in the middle is gone": [
      (bucket) => bucket.objects.delete(segmentKey(1, segmentName(1, 255))),
      /^no second from .* can be gone back to|^the archive has a hole/,
    ],
    "the newest segments were deleted": [
      (bucket) => bucket.deleted.set(segmentKey(1, segmentName(1, 261)), ago(5)),
      /^the end of the archive was deleted \(000000010000000100000005\)/,
    ],
    "the manifest of the newest base backup is gone": [
      (bucket) =>
        bucket.objects.delete(`wal/generation-0001/repository/backup/main/${incremental}/backup.manifest`),
      /^of the repository are missing: s3:\/\/backups\/wal\/generation-0001\/repository\/backup\/main\/.*I\/backup.manifest$/,
    ],
    "the full one that it stands on is gone": [
      (bucket) => bucket.objects.delete(`wal/generation-0001/repository/backup/main/${full}/backup.manifest`),
      /F\/backup.manifest$/,
    ],
    "pgBackRest's own list is gone": [
      (bucket) => bucket.objects.delete("wal/generation-0001/repository/backup/main/backup.info"),
      /backup.info$/,
    ],
    "a record of a base backup is damaged": [
      (bucket) => {
        bucket.put(`wal/generation-0001/committed/${full}_20260131-020000I.json`, "{}", ago(100));
      },
      /^the record of base backup .* cannot be used: it has no field "label"$/,
    ],
    "no base backup was committed": [
      (bucket) => {
        for (const label of [full, incremental])
          bucket.objects.delete(`wal/generation-0001/committed/${label}.json`);
      },
      /^no base backup was ever committed/,
    ],
    "a record of the lineage was deleted": [
      (bucket) => {
        bucket.objects.delete("wal/lineage/0001-outcome.json");
        bucket.deleted.set("wal/lineage/0001-outcome.json", ago(5));
      },
      /^which database is the living one cannot be told: the record wal\/lineage\/0001-outcome.json was deleted/,
    ],
    "the newest dump has lost a part": [
      (bucket) => bucket.objects.delete("db/backup-2026-01-31-020000/dump.00001"),
      /^dump backup-2026-01-31-020000 does not count: .*dump.00001 is missing$/,
    ],
    "the newest dump holds no row": [
      (bucket) => {
        putDump(bucket, "backup-2026-01-31-020000", ago(100), 0);
      },
      /^dump backup-2026-01-31-020000 does not count: it holds no row$/,
    ],
    "there are dumps and none is committed": [
      (bucket) => {
        for (const day of ["30", "31"])
          bucket.objects.delete(`db/backup-2026-01-${day}-020000/committed.json`);
      },
      /^none of the 2 portable dumps counts$/,
    ],
    "the newest snapshot is unconfirmed": [
      (bucket) => {
        putSnapshot(bucket, "models-20260131-053000", ago(100), "unconfirmed");
      },
      /^snapshot models-20260131-053000 is suspiciously small/,
    ],
    "a file of the newest snapshot has another size": [
      (bucket) => {
        bucket.put("models/models-20260131-030000/checkpoints/best_model.pth", 999, ago(100));
      },
      /^the newest snapshot of the models is damaged: .*best_model.pth has 999 bytes instead of 1000$/,
    ],
    "the manifest of the newest snapshot is gone": [
      (bucket) => bucket.objects.delete("models/models-20260131-030000/manifest.json"),
      /manifest.json is missing$/,
    ],
    "names are from the future": [
      (bucket) => {
        putSnapshot(bucket, "models-20270131-030000", ago(100));
      },
      /^snapshots have names from the future, and do not count: models-20270131-030000$/,
    ],
    "a dump has a name from the future": [
      (bucket) => {
        putDump(bucket, "backup-2027-01-31-020000", ago(100));
      },
      /^dumps have names from the future, and do not count: backup-2027-01-31-020000$/,
    ],
  };
  for (const [what, [change, first]] of Object.entries(broken))
    it(`tells where ${what}`, async () => {
      const bucket = healthy();
      change(bucket);
      const { verdict, findings } = await told(bucket);
      assert.notEqual(verdict, "safe");
      assert.match(findings[0]?.what ?? "", first, JSON.stringify(findings, undefined, 1));
    });

  it("tells of the others where one class may not be read", async () => {
    const bucket = healthy();
    bucket.denied = ["db/"];
    bucket.objects.delete("models/models-20260131-030000/manifest.json");
    const { facts, findings } = await told(bucket);
    assert.deepEqual(facts.dumps, {
      state: "unknown",
      why: "no level of db/",
      remedy: "check the address, the network, and what the credentials may read there, then run this again",
    });
    assert.deepEqual(
      findings.map(({ severity, subject }) => [severity, subject]),
      [
        ["not safe", "models"],
        ["unknown", "database"],
      ],
    );
  });

  it("says once that nothing may be read", async () => {
    const bucket = healthy();
    bucket.denied = [""];
    const { findings } = await told(bucket);
    assert.deepEqual(
      findings.map(({ severity, subject, what }) => [severity, subject, what]),
      [["unknown", "store", "nothing could be read of vault s3://backups: no versions of wal/lineage/"]],
    );
  });

  it("is not held up by a class that keeps silent", async () => {
    const silent = await attempt(() => new Promise<string>(() => undefined), 20);
    assert.match(silent.state === "unknown" ? silent.why : "", /^there was no answer within 0.02 s$/);
  });

  it("takes the remedy of whoever knows one", async () => {
    const found = await attempt(() => Promise.reject(new Failure("it was touched", "bring it back")));
    assert.deepEqual(found, { state: "unknown", why: "it was touched", remedy: "bring it back" });
  });

  it("looks at few records where there are many backups", async () => {
    const bucket = healthy();
    for (let hour = 0; hour < 900; hour += 1) {
      const at = new Date(Date.UTC(2025, 11, 1) + hour * 3_600_000);
      const name = at.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
      putSnapshot(bucket, `models-${name}`, at);
      const day = at.toISOString().slice(0, 19).replace("T", "-").replaceAll(":", "");
      putDump(bucket, `backup-${day}`, at);
      bucket.put(`wal/generation-0001/committed/${name}F.json`, "{}", at);
    }
    const { facts } = await told(bucket);
    assert.equal(read(facts.models).count, 902);
    assert.equal(read(facts.dumps).count, 902);
    assert.equal(read(facts.bases).notRead, 702);
    assert.ok(bucket.calls.length < 300, `${bucket.calls.length} calls`);
  });
});
