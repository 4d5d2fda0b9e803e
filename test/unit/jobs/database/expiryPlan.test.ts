import assert from "node:assert/strict";
import { type ExpiryPlan, planExpiry } from "../../../../jobs/database/expiryPlan";

const now = new Date("2026-01-31T00:00:00Z");
const full = (day: number) => ({
  label: `202601${String(day).padStart(2, "0")}-000000F`,
  type: "full" as const,
  stoppedAt: new Date(Date.UTC(2026, 0, day)),
});
const incremental = (day: number, on: number) => ({
  label: `${full(on).label}_202601${String(day).padStart(2, "0")}-120000I`,
  type: "incr" as const,
  stoppedAt: new Date(Date.UTC(2026, 0, day, 12)),
});
const labels = (...days: number[]): string[] => days.map((day) => full(day).label);

const cases: {
  what: string;
  backups: (ReturnType<typeof full> | ReturnType<typeof incremental>)[];
  committed: string[];
  expected: Partial<ExpiryPlan>;
}[] = [
  {
    what: "keeps the newest full one that is older than the window, and all after it",
    backups: [full(10), incremental(11, 10), full(20), full(23), full(28), full(30)],
    committed: [...labels(10, 20, 23, 28, 30), incremental(11, 10).label],
    expected: {
      action: "expire",
      keepFulls: 3,
      base: full(23).label,
      expired: [full(10).label, incremental(11, 10).label, full(20).label],
    },
  },
  {
    what: "does not take one that was never committed for the base",
    backups: [full(10), full(20), full(23), full(30)],
    committed: labels(10, 20, 30),
    expected: { action: "expire", keepFulls: 3, base: full(20).label, expired: [full(10).label] },
  },
  {
    what: "keeps all while none is older than the window",
    backups: [full(28), full(30)],
    committed: labels(28, 30),
    expected: { action: "nothing" },
  },
  {
    what: "keeps all when the oldest is the base",
    backups: [full(20), full(30)],
    committed: labels(20, 30),
    expected: { action: "nothing" },
  },
  {
    what: "refuses when backups have stopped: the newest committed one is older than the window",
    backups: [full(1), full(10), full(20)],
    committed: labels(1, 10, 20),
    expected: { action: "refuse" },
  },
  {
    what: "refuses when only backups that were never committed are young",
    backups: [full(1), full(10), full(29), full(30)],
    committed: labels(1, 10),
    expected: { action: "refuse" },
  },
  {
    what: "refuses when nothing was committed",
    backups: [full(1), full(30)],
    committed: [],
    expected: { action: "refuse" },
  },
  {
    what: "counts an incremental one as young, not as a base",
    backups: [full(10), full(20), incremental(30, 20)],
    committed: [...labels(10, 20), incremental(30, 20).label],
    expected: { action: "expire", keepFulls: 1, base: full(20).label, expired: [full(10).label] },
  },
];

describe("expiry of the database's backups", () => {
  for (const { what, backups, committed, expected } of cases)
    it(what, () => {
      const plan = planExpiry(backups, committed, 7, now);
      assert.deepEqual({ ...plan, ...expected }, plan);
      const newest = backups.filter(({ label }) => committed.includes(label)).at(-1);
      if (plan.action === "expire")
        assert.ok(!plan.expired.includes(newest?.label ?? ""), "the last good one went");
    });
});
