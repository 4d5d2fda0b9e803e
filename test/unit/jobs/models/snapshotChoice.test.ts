import assert from "node:assert/strict";
import { chooseSnapshot, type SnapshotChoice } from "../../../../jobs/models/snapshotChoice";

const [first, second, third] = [
  "models-20260101-000000",
  "models-20260102-000000",
  "models-20260103-000000",
] as const;
const good = (name: string) => ({ name, committed: true });
const bad = (name: string) => ({ name, committed: false });

const cases: {
  what: string;
  snapshots: { name: string; committed: boolean }[];
  latest?: string;
  wanted?: string;
  expected: Partial<SnapshotChoice>;
}[] = [
  { what: "none where there is none", snapshots: [], expected: { choice: "none" } },
  {
    what: "the newest committed one",
    snapshots: [good(first), good(second), bad(third)],
    latest: second,
    expected: { choice: "restore", name: second },
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
    expected: { choice: "restore", name: first },
  },
  {
    what: "nothing when the wanted one is not there",
    snapshots: [good(second)],
    wanted: first,
    expected: { choice: "refuse" },
  },
];

describe("the choice of a snapshot", () => {
  for (const { what, snapshots, latest, wanted = "", expected } of cases)
    it(`is ${what}`, () => {
      const choice = chooseSnapshot(snapshots, latest, wanted);
      assert.deepEqual({ ...choice, ...expected }, choice);
    });
});
