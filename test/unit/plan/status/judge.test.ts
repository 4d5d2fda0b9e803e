import assert from "node:assert/strict";
import { runNames } from "../../../../plan/names";
import { type BucketFacts, read, type StatusFacts, unknown } from "../../../../plan/status/facts";
import { type Severity, statusExitCodes } from "../../../../plan/status/findings";
import { judge } from "../../../../plan/status/judge";
import { statusReport } from "../../../../plan/status/report";
import {
  ago,
  archiveFacts,
  baseFacts,
  basesFacts,
  bucketFacts,
  day,
  dumpsFacts,
  fullBase,
  hour,
  kitFacts,
  lineageFacts,
  modelsFacts,
  now,
  objectives,
  ownUid,
  platformFacts,
  statusFacts,
  windowFacts,
} from "./samples";

const inBucket = (changes: Partial<BucketFacts>): Partial<StatusFacts> => ({ bucket: bucketFacts(changes) });
const denied = unknown<never>("access was denied", "check the key");
const claimed = (name: string, id: string) => ({
  generation: 3,
  site: { id, name },
  claimedAt: "2026-01-31T06:00:00.000Z",
});
const headOf = (name: string, id: string) =>
  read(lineageFacts({ head: { ...required(lineageFacts().head), site: { id, name } } }));

function required<T>(value: T | undefined): T {
  assert.ok(value !== undefined);
  return value;
}

/** What is changed in a healthy system, the verdict, and the first words that a person reads. */
const cases: Record<string, [Partial<StatusFacts>, Severity, RegExp?]> = {
  "nothing is wrong": [{}, "safe"],
  "the platform lives and nothing is wrong": [{ platform: read(platformFacts()) }, "safe"],
  // archive
  "a segment is as old as the objective": [inBucket(archivedAgo(60)), "safe"],
  "archiving lags": [
    inBucket(archivedAgo(75)),
    "warning",
    /^archiving lags: the newest segment is 1 min 15 s old \(2026-01-31 06:28:45Z\), and 60 s are allowed$/,
  ],
  "archiving has stopped": [
    inBucket(archivedAgo(3 * hour)),
    "not safe",
    /^archiving has stopped: the newest segment is 3 h old/,
  ],
  "nothing was ever archived": [
    inBucket({ archive: read(archiveWithout()) }),
    "not safe",
    /never archived a segment/,
  ],
  "the newest segment is from the future": [
    inBucket(archivedAgo(-600)),
    "unknown",
    /was archived in the future \(2026-01-31 06:40:00Z\)/,
  ],
  "the store's clock and the segment's differ by a little": [inBucket(archivedAgo(-5)), "safe"],
  "the end of the archive was deleted": [
    inBucket({
      archive: read(
        archiveFacts({ deletedTail: [{ segment: "00000002000000000000002B", deletedAt: ago(9) }] }),
      ),
    }),
    "not safe",
    /^the end of the archive was deleted \(00000002000000000000002B\)/,
  ],
  // window
  "the archive has a hole to its end": [
    inBucket({ window: read(windowFacts({ spans: [{ generation: 2, from: ago(day), to: ago(hour) }] })) }),
    "not safe",
    /^the archive has a hole: nothing after 2026-01-31 05:30:00Z can come back/,
  ],
  "the archive has a hole that a later base backup has left behind": [
    inBucket({
      window: read(
        windowFacts({
          spans: [
            { generation: 2, from: ago(3 * day), to: ago(2 * day) },
            { generation: 2, from: ago(day), to: ago(42) },
          ],
        }),
      ),
    }),
    "warning",
    /^no second from 2026-01-29 06:30:00Z to 2026-01-30 06:30:00Z can be gone back to/,
  ],
  "nobody served between two generations": [
    inBucket({
      window: read(
        windowFacts({
          spans: [
            { generation: 1, from: ago(3 * day), to: ago(2 * day) },
            { generation: 2, from: ago(day), to: ago(42) },
          ],
        }),
      ),
    }),
    "safe",
  ],
  "the way to the head is broken": [
    inBucket({ window: read(windowFacts({ spans: [], broken: [{ generation: 2, why: "lost" }] })) }),
    "not safe",
    /^nothing of generation 2 can be gone back to: lost$/,
  ],
  // base backups
  "no base backup was ever committed": [
    inBucket({ bases: read(basesWithout(0)) }),
    "not safe",
    /^no base backup was ever committed/,
  ],
  "no base backup leads to the head": [
    inBucket({ bases: read(basesWithout(3)) }),
    "not safe",
    /^none of the 3 base backups leads/,
  ],
  "the base backup is stale": [
    inBucket({ bases: read(basesOf(9 * hour)) }),
    "warning",
    /^the newest base backup, .* is 9 h old, and 7 h 40 min are allowed$/,
  ],
  "the base backup is very stale": [inBucket({ bases: read(basesOf(2 * day)) }), "not safe"],
  "the record was copied later than the backup was taken": [
    inBucket({
      bases: read(basesFacts({ newest: baseFacts({ stoppedAt: ago(2 * day), committedAt: ago(60) }) })),
    }),
    "not safe",
    /^the newest base backup, .* is 2 d old/,
  ],
  "only the full backup is stale": [
    inBucket({
      bases: read(
        basesFacts({ newestFull: { ...fullBase, stoppedAt: ago(4 * day), committedAt: ago(4 * day) } }),
      ),
    }),
    "warning",
    /^the newest full backup/,
  ],
  "a record of a base backup is broken": [
    inBucket({
      bases: read(basesFacts({ broken: [{ label: "20260131-023000F", why: "it has no label" }] })),
    }),
    "warning",
    /^the record of base backup 20260131-023000F/,
  ],
  "the manifest of the newest base backup is gone": [
    inBucket({ bases: read(basesFacts({ missing: ["s3://b/backup.manifest"] })) }),
    "not safe",
    /^of the repository are missing: s3:\/\/b\/backup.manifest$/,
  ],
  // dumps
  "there was never a dump": [
    inBucket({ dumps: read(dumpsWithout()) }),
    "warning",
    /^no portable dump was ever taken$/,
  ],
  "the dump is stale": [
    inBucket({
      dumps: read(dumpsFacts({ newest: { ...required(dumpsFacts().newest), takenAt: ago(3 * day) } })),
    }),
    "warning",
    /^the newest portable dump, .* is 3 d old, and 1 d 1 h are allowed$/,
  ],
  "a dump does not count": [
    inBucket({ dumps: read(dumpsFacts({ notCounting: [{ name: "backup-x", why: "a part is missing" }] })) }),
    "warning",
    /^dump backup-x does not count: a part is missing$/,
  ],
  "a dump has a name from the future": [
    inBucket({ dumps: read(dumpsFacts({ ofFuture: ["backup-2027-01-01-020000"] })) }),
    "warning",
    /^dumps have names from the future/,
  ],
  // models
  "there was never a snapshot": [
    inBucket({ models: read(modelsWithout(0)) }),
    "not safe",
    /^no snapshot of the models was ever taken$/,
  ],
  "no snapshot was committed": [
    inBucket({ models: read(modelsWithout(4)) }),
    "not safe",
    /^none of the 4 snapshots of the models was committed$/,
  ],
  "the snapshot is stale": [
    inBucket({
      models: read(modelsFacts({ newest: { ...required(modelsFacts().newest), takenAt: ago(30 * hour) } })),
    }),
    "warning",
    /^the newest snapshot of the models, .* is 1 d 6 h old, and 1 d 1 h are allowed$/,
  ],
  "the snapshot is very stale": [
    inBucket({
      models: read(modelsFacts({ newest: { ...required(modelsFacts().newest), takenAt: ago(4 * day) } })),
    }),
    "not safe",
  ],
  "a snapshot waits to be confirmed": [
    inBucket({ models: read(modelsFacts({ unconfirmed: ["models-20260131-050000"] })) }),
    "warning",
    /^snapshot models-20260131-050000 is suspiciously small/,
  ],
  "the newest snapshot has lost a file": [
    inBucket({ models: read(modelsFacts({ missing: ["s3://b/x is missing"] })) }),
    "not safe",
    /^the newest snapshot of the models is damaged: s3:\/\/b\/x is missing$/,
  ],
  "a snapshot has a name from the future": [
    inBucket({ models: read(modelsFacts({ ofFuture: ["models-20270101-030000"] })) }),
    "warning",
    /^snapshots have names from the future/,
  ],
  // lineage
  "another stack has taken over": [
    inBucket({ lineage: headOf("prod-2/lstm-pfd", "uid-b") }),
    "not safe",
    /^this site is superseded: prod-2\/lstm-pfd serves generation 2 since/,
  ],
  "a stack with a longer name has taken over": [
    inBucket({ lineage: headOf("prod-b/lstm-pfd", "uid-b") }),
    "not safe",
  ],
  "another namespace of the same name has taken over, and the platform lives": [
    { ...inBucket({ lineage: headOf("prod/lstm-pfd", "uid-b") }), platform: read(platformFacts()) },
    "not safe",
    /a namespace of the same name with another uid/,
  ],
  "the site was given another name, and its uid is the same": [
    { ...inBucket({ lineage: headOf("production/lstm-pfd", ownUid) }), platform: read(platformFacts()) },
    "safe",
  ],
  "nobody says which stack is meant": [
    { ...inBucket({ lineage: headOf("prod-2/lstm-pfd", "uid-b") }), ...withoutStack() },
    "safe",
  ],
  "the head is from before there were claims": [
    inBucket({ lineage: headOf("from before there were claims", "unknown") }),
    "unknown",
    /^whether generation 2 is that of stack prod cannot be told/,
  ],
  "another site has claimed": [
    inBucket({ lineage: read(lineageFacts({ unsettled: [claimed("prod-2/lstm-pfd", "uid-b")] })) }),
    "not safe",
    /^prod-2\/lstm-pfd has claimed generation 3/,
  ],
  "this site has claimed": [
    inBucket({ lineage: read(lineageFacts({ unsettled: [claimed("prod/lstm-pfd", ownUid)] })) }),
    "warning",
    /^a recovery of this site has claimed generation 3/,
  ],
  "nothing was ever opened": [
    inBucket({ lineage: read({ unsettled: [], generations: 0, collected: 0 }) }),
    "not safe",
    /^no database was ever opened beside this bucket/,
  ],
  // kit
  "the kit is out of date": [
    { kit: read(kitFacts({ problem: { place: "a.kit", fault: "old", reason: "old", remedy: "take" } })) },
    "warning",
    /^recovery kit a.kit: old$/,
  ],
  "the kit is another vault's": [
    {
      kit: read(kitFacts({ problem: { place: "a.kit", fault: "another vault", reason: "no", remedy: "x" } })),
    },
    "not safe",
  ],
  "whether the kit fits is not known": [{ kit: read(kitFacts({ fit: denied })) }, "unknown"],
  "the kit does not open": [
    { kit: denied },
    "unknown",
    /^the recovery kit cannot be read: access was denied$/,
  ],
  "the kit is from before version 2": [{ kit: read(kitFacts({ generation: 0 })) }, "warning"],
  "a certificate of the kit is about to end": [
    { kit: read(kitFacts({ certificates: [{ name: "tls", kind: "leaf", validTo: ago(-9 * day) }] })) },
    "warning",
    /^certificate tls in the recovery kit ends in 9 d \(2026-02-09 06:30:00Z\)$/,
  ],
  "a certificate of the kit has ended": [
    { kit: read(kitFacts({ certificates: [{ name: "tls", kind: "leaf", validTo: ago(day) }] })) },
    "warning",
    /^certificate tls in the recovery kit has ended/,
  ],
  "the authority is about to end": [
    { kit: read(kitFacts({ certificates: [{ name: "ca", kind: "authority", validTo: ago(-50 * day) }] })) },
    "warning",
  ],
  "the authority has ended": [
    { kit: read(kitFacts({ certificates: [{ name: "ca", kind: "authority", validTo: ago(1) }] })) },
    "not safe",
    /^authority ca in the recovery kit has ended/,
  ],
  // what could not be read
  "nothing of the bucket can be read": [
    inBucket({
      now: denied,
      lineage: denied,
      bases: denied,
      archive: denied,
      window: denied,
      dumps: denied,
      models: denied,
    }),
    "unknown",
    /^nothing could be read of vault https:.*: access was denied$/,
  ],
  "the dumps alone cannot be listed": [
    inBucket({ dumps: denied }),
    "unknown",
    /^which dumps there are cannot be told: access was denied$/,
  ],
  "the models alone cannot be listed": [inBucket({ models: denied }), "unknown"],
  "the archive alone cannot be listed": [
    inBucket({ archive: denied, window: { state: "not asked", why: "" } }),
    "unknown",
  ],
  "the store has no clock": [inBucket({ now: denied }), "unknown", /^how old anything is cannot be told/],
  "nobody has asked for the models": [
    inBucket({ models: { state: "not asked", why: "" } }),
    "unknown",
    /^not everything that a recovery stands on was asked for$/,
  ],
  "the cluster does not answer": [{ platform: denied }, "unknown", /^the platform does not answer/],
  // living platform
  "a CronJob is suspended": [
    { platform: read(platformFacts({ cronJobs: read(suspended(runNames.databaseFull)) })) },
    "warning",
    /^suspended: CronJob backup-database-full$/,
  ],
  "a CronJob is missing": [
    {
      platform: read(
        platformFacts({ cronJobs: read(suspended().filter(({ name }) => name !== runNames.dump)) }),
      ),
    },
    "warning",
    /^missing: CronJob dump-database$/,
  ],
  "the last run has failed": [
    {
      platform: read(
        platformFacts({
          failedJobs: read([{ cronJob: "dump-database", job: "dump-database-1", at: "06:00" }]),
        }),
      ),
    },
    "warning",
    /^the last run of dump-database has failed \(dump-database-1, 06:00\)$/,
  ],
  "PostgreSQL failed when it last archived": [
    {
      platform: read(
        platformFacts({
          archiver: read({
            ...{ archivedCount: 1, failedCount: 1, lastArchivedAt: "2026-01-31T06:00:00Z" },
            ...{ lastFailedAt: "2026-01-31T06:20:00Z", lastFailedSegment: "00000002000000000000002B" },
          }),
        }),
      ),
    },
    "warning",
    /^PostgreSQL could not archive 00000002000000000000002B/,
  ],
  "PostgreSQL failed once, and goes on": [
    {
      platform: read(
        platformFacts({
          archiver: read({
            ...{ archivedCount: 1, failedCount: 1, lastArchivedAt: "2026-01-31T06:20:00Z" },
            lastFailedAt: "2026-01-31T06:00:00Z",
          }),
        }),
      ),
    },
    "safe",
  ],
  "the cluster has a certificate that the kit does not hold": [
    { platform: read(platformFacts({ certificatesNotInKit: read(["lstm-pfd/lstm-pfd-tls"]) })) },
    "warning",
    /^the recovery kit is out of date/,
  ],
  "one thing is not had of the platform": [
    { platform: read(platformFacts({ archiver: denied })) },
    "unknown",
    /^of the platform is not known its archiver: access was denied$/,
  ],
};

function archivedAgo(seconds: number): Partial<BucketFacts> {
  const archivedAt = ago(seconds);
  return {
    archive: read(archiveFacts({ newest: { segment: "00000002000000000000002A", archivedAt } })),
    window: read(windowFacts({ spans: [{ generation: 2, from: ago(8 * day), to: archivedAt }] })),
  };
}

function without<T extends object, Name extends keyof T>(facts: T, ...names: Name[]): Omit<T, Name> {
  return Object.fromEntries(
    Object.entries(facts).filter(([name]) => !names.some((each) => each === name)),
  ) as Omit<T, Name>;
}

function archiveWithout() {
  return without(archiveFacts(), "newest");
}

function basesWithout(count: number) {
  return without(basesFacts({ count }), "newest", "newestFull", "oldestRead");
}

function basesOf(seconds: number) {
  return basesFacts({ newest: baseFacts({ stoppedAt: ago(seconds), committedAt: ago(seconds) }) });
}

function dumpsWithout() {
  return without(dumpsFacts({ count: 0 }), "newest", "before", "oldest");
}

function modelsWithout(count: number) {
  return without(modelsFacts({ count }), "newest", "before");
}

function withoutStack(): Partial<StatusFacts> {
  return { stack: undefined } as unknown as Partial<StatusFacts>;
}

function suspended(...names: string[]) {
  return objectives.runs.map(({ name, kind }) => ({
    name,
    suspended: kind === "restore" || names.includes(name),
  }));
}

describe("a status", () => {
  for (const [what, [changes, verdict, first]] of Object.entries(cases))
    it(`is ${verdict} where ${what}`, () => {
      const found = judge(statusFacts(changes), objectives);
      assert.equal(found.verdict, verdict, JSON.stringify(found.findings, undefined, 1));
      assert.equal(found.findings.length === 0, verdict === "safe");
      if (first !== undefined) assert.match(found.findings[0]?.what ?? "", first);
      for (const { what: said, remedy } of found.findings) {
        assert.notEqual(remedy, "", said);
        assert.doesNotMatch(said, /undefined|NaN/);
      }
    });

  it("tells the worst first, and what is not known before a mere warning", () => {
    const facts = statusFacts({
      kit: read(kitFacts({ generation: 0 })),
      bucket: bucketFacts({ ...archivedAgo(3 * hour), models: denied, dumps: read(dumpsWithout()) }),
    });
    const { findings } = judge(facts, objectives);
    assert.deepEqual(
      findings.map(({ severity, subject }) => [severity, subject]),
      [
        ["not safe", "wal"],
        ["unknown", "models"],
        ["warning", "database"],
        ["warning", "config"],
      ],
    );
  });

  it("tells of the others where one class could not be listed", () => {
    const { findings } = judge(
      statusFacts(inBucket({ ...archivedAgo(3 * hour), dumps: denied })),
      objectives,
    );
    assert.deepEqual(
      findings.map(({ subject }) => subject),
      ["wal", "database"],
    );
  });

  it("goes by the store's clock, whatever this machine's says", () => {
    const later = new Date(now.getTime() + 3 * hour * 1000);
    assert.equal(judge(statusFacts(inBucket({ now: read(later) })), objectives).verdict, "not safe");
  });

  it("never has the exit code 0 for anything but safe", () => {
    assert.deepEqual(
      Object.values(cases).map(([changes]) => {
        const { exitCode, verdict } = statusReport(statusFacts(changes), objectives);
        return (exitCode === 0) === (verdict === "safe");
      }),
      Object.values(cases).map(() => true),
    );
    assert.deepEqual(statusExitCodes, { safe: 0, warning: 1, "not safe": 2, unknown: 3, usage: 64 });
  });

  it("is safe in no way in which a single thing was not read", () => {
    const facts = statusFacts();
    const names = ["now", "lineage", "bases", "archive", "window", "dumps", "models"] as const;
    for (const name of names)
      for (const asked of [denied, { state: "not asked", why: "" } as const])
        assert.notEqual(judge(statusFacts(inBucket({ [name]: asked })), objectives).verdict, "safe", name);
    assert.notEqual(judge({ ...facts, kit: { state: "not asked", why: "" } }, objectives).verdict, "safe");
  });
});
