import assert from "node:assert/strict";
import { read, type StatusFacts, unknown } from "../../../../plan/status/facts";
import { nextRuns } from "../../../../plan/status/objectives";
import { statusReport } from "../../../../plan/status/report";
import { reportText } from "../../../../plan/status/reportText";
import { dueText } from "../../../../plan/status/words";
import {
  ago,
  archiveFacts,
  bucketFacts,
  day,
  kitFacts,
  lineageFacts,
  now,
  objectives,
  platformFacts,
  statusFacts,
} from "./samples";

function textOf(changes: Partial<StatusFacts> = {}): string[] {
  const report = statusReport(statusFacts(changes), objectives);
  return reportText(report, objectives).split("\n");
}

const denied = unknown<never>("access was denied", "check the key");

describe("the text of a status", () => {
  it("begins with SAFE, and tells of each class", () => {
    const lines = textOf();
    assert.equal(lines[0], "SAFE: what a recovery needs is there, and each class is within its objective");
    const text = lines.map((line) => line.trim()).join(" ");
    for (const said of [
      "as of 2026-01-31 06:30:00Z by the store's clock; vault https://s3.example.com:9000/lstm-pfd-backups; stack prod",
      "generation 2 of prod/lstm-pfd (lstm-pfd.example.com), since 2026-01-10 00:01:00Z: this site (2 in all)",
      "incr 20260131-023000F_20260131-060000I, 28 min ago (at most 7 h 40 min); full: 20260131-023000F, 3 h 54 min ago (at most 1 d 3 h)",
      "2026-01-23 06:30:00Z to 2026-01-31 06:29:18Z; by the listing",
      "42 s: segment 00000002000000000000002A, 2026-01-31 06:29:18Z (objective 60 s)",
      "51 base backups, 7 d to any second; the next expiry removes 6, older than 20260123-023000F",
      "WAL 3.0 GiB in 12000 segments, 384.0 MiB a day",
      "backup-database-incr 10:00Z, backup-database-full 2026-02-01 02:30Z, expire-database 2026-02-01 05:30Z, by schedule",
      "models-20260131-030000, 3 h 30 min ago (at most 1 d 1 h)",
      "checkpoints that changed since, 3 h 30 min at most",
      "superseded ones go after 30 d, the oldest (models-20260101-030000) from 2026-01-31 on; the newest 2 good ones never",
      "910000 rows in 12 tables",
      "number 7, written 21 d 6 h ago, of kits/prod.kit",
      "the newest of this vault",
      "former versions for 90 d",
      "lstm-pfd/lstm-pfd-tls 2026-04-01",
      "rehearsal unknown: nothing records it yet",
    ])
      assert.ok(text.includes(said), `${said}\n\n${lines.join("\n")}`);
    assert.doesNotMatch(text, /undefined|NaN|\[object/);
  });

  it("begins with the worst finding, and what to do about it", () => {
    const [first, second, third] = textOf({
      bucket: bucketFacts({
        archive: read(archiveFacts({ newest: { segment: "0".repeat(24), archivedAt: ago(3 * day) } })),
        dumps: denied,
      }),
    });
    assert.match(first ?? "", /^NOT SAFE: archiving has stopped: the newest segment is 3 d old/);
    assert.match([second, third].join(" "), /do: if the site is dead, recover/);
  });

  it("says which class is meant", () => {
    const lines = textOf({ bucket: bucketFacts({ dumps: denied }) });
    assert.match(lines[0] ?? "", /^CANNOT TELL: which dumps there are cannot be told: access was denied$/);
    assert.ok(lines.includes("database, portable (db/): CANNOT TELL"));
    assert.ok(lines.includes("models (models/)"));
  });

  const long = "x".repeat(200);
  for (const [what, changes] of Object.entries<Partial<StatusFacts>>({
    "a healthy platform": { platform: read(platformFacts()) },
    "nothing that could be read": {
      kit: denied,
      platform: denied,
      bucket: bucketFacts({
        ...{ now: denied, lineage: denied, bases: denied, archive: denied, window: denied },
        ...{ dumps: denied, models: denied },
      }),
    },
    "names that are longer than a line": {
      kit: read(kitFacts({ place: `/home/${long}` })),
      bucket: bucketFacts({
        address: `https://${long}/backups`,
        lineage: read(
          lineageFacts({ unsettled: [{ generation: 3, site: { id: "b", name: long }, claimedAt: "" }] }),
        ),
      }),
    },
  }))
    it(`fits 80 columns with ${what}`, () => {
      const lines = textOf(changes);
      assert.deepEqual(
        lines.filter((line) => line.length > 80 || line !== line.trimEnd()),
        [],
      );
      assert.ok(lines.length < 70, `${lines.length} lines`);
    });

  it("is the same for programs, with nothing that JSON does not know", () => {
    const report = statusReport(statusFacts(), objectives);
    const parsed = JSON.parse(JSON.stringify(report)) as Record<string, unknown>;
    assert.deepEqual(
      [parsed["format"], parsed["verdict"], parsed["exitCode"], parsed["at"]],
      [1, "safe", 0, now.toISOString()],
    );
  });
});

describe("what is due", () => {
  it("is the next run of each schedule, soonest first", () => {
    assert.deepEqual(
      nextRuns(objectives.runs, "models", "backup", now).map(({ name, at }) => [name, dueText(at, now)]),
      [
        ["backup-models-changed", "08:30Z"],
        ["backup-models-always", "2026-02-01 03:00Z"],
      ],
    );
    assert.deepEqual(nextRuns(objectives.runs, "config", "backup", now), []);
  });

  it("is over once it is due", () => {
    const at = new Date("2026-01-31T08:30:00Z");
    assert.equal(
      nextRuns(objectives.runs, "models", "backup", at)[0]?.at.toISOString(),
      "2026-01-31T10:30:00.000Z",
    );
  });
});

describe("what is allowed", () => {
  it("follows from the schedules", () => {
    assert.deepEqual(objectives.maxAgeSeconds, { base: 27_600, full: 97_800, dump: 92_400, models: 92_400 });
    assert.deepEqual([objectives.rpoSeconds, objectives.archiveTimeoutSeconds], [60, 50]);
  });
});
