import assert from "node:assert/strict";
import type { Base } from "../../../../jobs/database/databaseBackups";
import { requireSameTarget } from "../../../../jobs/database/requestedTarget";
import {
  basesBefore,
  generationOfTarget,
  neededFor,
  targetSettings,
} from "../../../../jobs/database/targetChoice";
import { parseFirstCommit } from "../../../../jobs/database/commitsAround";
import { segmentAfter, segmentName } from "../../../../jobs/database/walPosition";
import { headOf } from "../../../../jobs/lineage/readLineage";
import { parseRestoreTarget, type RestoreTarget } from "../../../../plan/restoreTarget";
import { claim, lineage, opened, withdrawn } from "../lineage/samples";
import { baseBackup } from "./samples";

const target = (text: string): RestoreTarget => {
  const parsed = parseRestoreTarget(text);
  assert.ok(parsed, text);
  return parsed;
};
const base = (label: string, stoppedAt: string, lsnStop: string): Base => ({
  generation: 1,
  label,
  backup: baseBackup({ label, stoppedAt: new Date(stoppedAt), lsnStop }),
  archiveId: "15-1",
  pgVersion: "15",
  committed: true,
});
const bases = [
  base("C", "2026-01-03T00:01:00Z", "0/30000100"),
  base("B", "2026-01-02T00:01:00Z", "0/20000100"),
  base("A", "2026-01-01T00:01:00Z", "0/10000100"),
];

describe("the way back to a target", () => {
  const three = lineage(
    opened(1, { openedAt: "2026-01-01T00:00:00.000Z" }),
    withdrawn(2),
    opened(3, { openedAt: "2026-01-05T00:00:00.000Z" }),
  );
  const head = headOf(three);
  assert.ok(head);
  const generations: [text: string, number: number][] = [
    ["2026-01-04T23:59:59Z", 1],
    ["2026-01-05T00:00:00Z", 3],
    ["2026-01-09T00:00:00Z", 3],
    ["2025-12-31T00:00:00Z", 1],
    ["restore-point:x", 3],
  ];
  for (const [text, number] of generations)
    it(`leads to generation ${number} for ${text}`, () => {
      assert.equal(generationOfTarget(three, head, target(text)).number, number);
    });

  const positions: [text: string, number: number][] = [
    ["lsn:0/2000100", 1],
    ["lsn:0/2000101", 2],
    ["lsn:0/9000000", 2],
  ];
  for (const [text, number] of positions)
    it(`leads to generation ${number} for ${text}, where the second left the first at 0/2000100`, () => {
      const two = lineage(opened(1), opened(2));
      const last = headOf(two);
      assert.ok(last);
      assert.equal(generationOfTarget(two, last, target(text)).number, number);
    });

  const choices: [text: string, labels: string[]][] = [
    ["2026-01-02T12:00:00Z", ["B", "A"]],
    // Whole seconds are told: the backup may have ended within this one.
    ["2026-01-02T00:01:00.9Z", ["A"]],
    ["2026-01-02T00:01:01Z", ["B", "A"]],
    ["2026-01-01T00:00:00Z", []],
    ["lsn:0/20000100", ["B", "A"]],
    ["lsn:0/200000FF", ["A"]],
    ["restore-point:x", ["A"]],
  ];
  for (const [text, labels] of choices)
    it(`begins with ${labels.join(" or ") || "no base backup"} for ${text}`, () => {
      assert.deepEqual(
        basesBefore(bases, target(text)).map(({ label }) => label),
        labels,
      );
    });

  const names = [1, 2, 3, 4, 5].map((number) => segmentName(1, number));
  const archived = {
    segments: names,
    histories: [],
    archivedAt: new Map(names.map((name, index) => [name, new Date(Date.UTC(2026, 0, 1, 0, index))])),
  };
  const needs: [text: string, segments: number][] = [
    ["2026-01-01T00:00:30Z", 3],
    ["2026-01-01T00:02:00Z", 4],
    ["2026-01-01T00:09:00Z", 5],
    ["lsn:0/2000100", 3],
    ["restore-point:x", 5],
  ];
  for (const [text, segments] of needs)
    it(`needs the first ${segments} of 5 segments for ${text}: a hole behind them is no reason to stop`, () => {
      assert.deepEqual(neededFor(archived, target(text)).segments, names.slice(0, segments));
    });

  it("is given to PostgreSQL in words that it takes, to pause there, without reading ahead", () => {
    assert.deepEqual(targetSettings(target("2026-01-01T01:00:00.5+01:00")), {
      recovery_target_action: "pause",
      recovery_prefetch: "off",
      recovery_target_time: "2026-01-01T00:00:00.500000+00",
    });
    assert.equal(targetSettings(target("lsn:0/ab"))["recovery_target_lsn"], "0/AB");
    assert.equal(targetSettings(target("restore-point:x"))["recovery_target_name"], "x");
  });

  it("goes on in the segment after a position", () => {
    assert.deepEqual(segmentAfter(3, "0/4000278"), { name: segmentName(3, 5), begin: "0/5000000" });
    assert.deepEqual(segmentAfter(1, "0/FFFFFFFF"), { name: segmentName(1, 256), begin: "1/0" });
  });

  it("shows the first commit after it, past aborts", () => {
    const output = `rmgr: Transaction len (rec/tot):     34/    34, tx:        730, lsn: 0/04000240, prev 0/04000200, desc: ABORT 2026-11-26 13:34:38.100000 UTC
rmgr: Transaction len (rec/tot):     34/    34, tx:        731, lsn: 0/04000278, prev 0/04000240, desc: COMMIT 2026-11-26 13:34:39.266994 UTC; inval msgs: catcache 55
`;
    assert.equal(parseFirstCommit(output), "2026-11-26T13:34:39.266994Z");
    assert.equal(parseFirstCommit("pg_waldump: error: could not find file\n"), undefined);
  });
});

describe("a target for a living database", () => {
  const living = lineage(opened(1), opened(2));
  const second = living.generations[1];
  assert.ok(second);
  second.claim = claim(2, { target: "2026-01-02T00:00:00Z", reason: "target" });

  it("is no change when it is the one that it was brought back to, or none", () => {
    requireSameTarget(living, 2, "2026-01-02T00:00:00Z");
    requireSameTarget(living, 2, "");
  });

  for (const requested of ["2026-01-02T00:00:01Z", "set:20260101-000000F"])
    it(`is refused when it is another one: ${requested}`, () => {
      assert.throws(() => {
        requireSameTarget(living, 2, requested);
      }, /a database lives here already \(generation 2, brought back to 2026-01-02T00:00:00Z\); it was kept as it is; .*bring up a fresh stack/);
    });
});
