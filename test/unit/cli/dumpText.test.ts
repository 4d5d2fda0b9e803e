import assert from "node:assert/strict";
import type { Held } from "../../../automation/heldApplication";
import { describeDumpList, describeDumpPlan, describeDumpRestored } from "../../../cli/dumpText";

const held: Held = {
  action: "dump",
  wanted: "backup-2026-01-15-020000",
  operation: "abc",
  startedAt: "2026-01-16T08:00:00Z",
  replicas: {},
  suspended: {},
};
const plan = {
  ...{ action: "planned", dump: "backup-2026-01-15-020000", layout: "own", takenAt: "2026-01-15T02:00:01Z" },
  ...{
    rows: { "public.a": 5 },
    served: { "public.a": 7 },
    neededBytes: 1024,
    roomBytes: 2048,
    notes: ["left out: x"],
  },
};

describe("the text of a dump", () => {
  it("says what is not known, and takes it for nothing else", () => {
    assert.match(describeDumpPlan(undefined), /what would be done is not known/);
    const nothing = { held, loaded: undefined, switched: undefined, downSeconds: null, backup: undefined };
    assert.match(
      describeDumpRestored(undefined, { ...nothing, verification: {} }),
      /what was done is not known; see the log of the Job restore-dump-switch/,
    );
  });

  it("tells what of the rows goes, before anything is done", () => {
    assert.match(
      describeDumpPlan(plan),
      /^backup-2026-01-15-020000, as the database was at 2026-01-15T02:00:01Z, .* what was written since then is not in it\non the volume: 1\.0 KiB needed, 2\.0 KiB free\nrows that differ .*\n {2}public\.a: 7 rows before, 5 rows now\nleft out: x\n/,
    );
  });

  it("tells what is kept, and that nothing was verified where nothing was", () => {
    const result = {
      ...{ held, loaded: { rows: { "public.a": 5 }, notes: [] }, downSeconds: 12, backup: {} },
      switched: { action: "switched", kept: "lstm_pfd_kept_20260116", takenAt: "2026-01-15T02:00:01Z" },
    };
    const text = describeDumpRestored(plan, { ...result, verification: undefined });
    assert.match(text, /is served, as of 2026-01-15T02:00:01Z; dashboard and worker were away for 12 s/);
    assert.match(text, /--dump backup-2026-01-15-020000 --undo brings it back/);
    assert.match(text, /nothing was verified/);
    assert.match(describeDumpRestored(plan, { ...result, verification: {} }), /\nverified, and backed up\n$/);
  });

  it("lists dumps with what is known of each", () => {
    assert.equal(describeDumpList([]), "there is no dump\n");
    assert.equal(
      describeDumpList([
        {
          name: "backup-2025-01-15.sql.gz",
          takenAt: "2025-01-15T03:00:00.000Z",
          sizeBytes: 1024,
          rows: null,
          tables: null,
          state: "plain",
        },
        {
          name: "backup-2026-01-15-020000",
          takenAt: "2026-01-15T02:00:01.000Z",
          sizeBytes: 2048,
          rows: 7,
          tables: 2,
          state: "read back",
        },
        {
          name: "backup-2026-01-16-020000",
          takenAt: "2026-01-16T02:00:01.000Z",
          state: "does not count",
          why: "it is damaged",
        },
      ]),
      `backup-2025-01-15.sql.gz   2025-01-15T03:00:00Z    1.0 KiB  rows unknown, plain
backup-2026-01-15-020000   2026-01-15T02:00:01Z    2.0 KiB  7 rows in 2 tables, read back
backup-2026-01-16-020000   2026-01-16T02:00:01Z    unknown  rows unknown, does not count: it is damaged
`,
    );
  });
});
