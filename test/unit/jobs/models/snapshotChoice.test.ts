import assert from "node:assert/strict";
import type { ListedSnapshot } from "../../../../jobs/models/modelSnapshots";
import { chooseSnapshot, type SnapshotChoice } from "../../../../jobs/models/snapshotChoice";

const [first, second, third, future] = [
  "models-20260101-000000",
  "models-20260102-000000",
  "models-20260103-000000",
  "models-20300101-000000",
] as const;
const good = (name: string) => ({ name, committed: true, unconfirmed: false });
const bad = (name: string) => ({ name, committed: false, unconfirmed: false });
const doubtful = (name: string) => ({ name, committed: false, unconfirmed: true });
const now = new Date("2026-01-05T00:00:00Z");

const cases: {
  what: string;
  snapshots: ListedSnapshot[];
  latest?: string;
  wanted?: string;
  /** The store does not say what time it is. */
  noClock?: true;
  expected: Partial<SnapshotChoice>;
}[] = [
  { what: "none where there is none", snapshots: [], expected: { choice: "none" } },
  {
    what: "the newest committed one",
    snapshots: [good(first), good(second), bad(third)],
    latest: second,
    expected: { choice: "restore", name: second, warnings: [] },
  },
  {
    what: "the newest committed one without a pointer",
    snapshots: [good(first), good(second)],
    expected: { choice: "restore", name: second },
  },
  {
    what: "the newest committed one when the pointer was not moved any more",
    snapshots: [good(first), good(second)],
    latest: first,
    expected: { choice: "restore", name: second },
  },
  {
    what: "nothing when the pointer names a newer one that is gone",
    snapshots: [good(first), bad(second)],
    latest: second,
    expected: { choice: "refuse" },
  },
  {
    what: "nothing when only the pointer is left",
    snapshots: [],
    latest: second,
    expected: { choice: "refuse" },
  },
  { what: "nothing when none was committed", snapshots: [bad(first)], expected: { choice: "refuse" } },
  {
    what: "the wanted one, committed or not",
    snapshots: [bad(first), good(second)],
    latest: second,
    wanted: first,
    expected: {
      choice: "restore",
      name: first,
      warnings: [`${first} was never committed: nobody has read it back, and files may be missing`],
    },
  },
  {
    what: "the newest committed one beside one that is unconfirmed, which it names",
    snapshots: [doubtful(first), good(second), doubtful(third)],
    latest: second,
    expected: {
      choice: "restore",
      name: second,
      warnings: [
        `${third} is newer and passed over: it is unconfirmed (npm run backup -- models --confirm ${third})`,
      ],
    },
  },
  {
    what: "an unconfirmed one, by its name",
    snapshots: [good(first), doubtful(second)],
    latest: first,
    wanted: second,
    expected: {
      choice: "restore",
      name: second,
      warnings: [`${second} is unconfirmed: it was read back, and held much less than the one before`],
    },
  },
  {
    what: "nothing when all are unconfirmed",
    snapshots: [doubtful(first)],
    expected: { choice: "refuse", reason: `there are snapshots (${first} is one), but none was committed` },
  },
  {
    what: "the newest one whose time has come, whatever the pointer names",
    snapshots: [good(first), good(second), good(future)],
    latest: future,
    expected: {
      choice: "restore",
      name: second,
      warnings: [`${future} is passed over: its name is from the future`],
    },
  },
  {
    what: "one from the future, by its name",
    snapshots: [good(first), good(future)],
    latest: future,
    wanted: future,
    expected: { choice: "restore", name: future },
  },
  {
    what: "nothing when all are from the future",
    snapshots: [good(future)],
    latest: future,
    expected: {
      choice: "refuse",
      reason: `the only committed snapshots have names from the future (${future} is one)`,
    },
  },
  {
    what: "the newest name where the store does not say what time it is",
    snapshots: [good(first), good(future)],
    latest: future,
    noClock: true,
    expected: { choice: "restore", name: future },
  },
  {
    what: "nothing when the wanted one is not there",
    snapshots: [good(second)],
    wanted: first,
    expected: { choice: "refuse" },
  },
];

describe("the choice of a snapshot", () => {
  for (const { what, snapshots, latest, wanted = "", noClock, expected } of cases)
    it(`is ${what}`, () => {
      const choice = chooseSnapshot(snapshots, {
        latest,
        wanted,
        now: noClock === true ? undefined : now,
      });
      assert.deepEqual({ ...choice, ...expected }, choice);
    });
});
