import assert from "node:assert/strict";
import { type Options, parseCommandLine, UsageError } from "../../../cli/commandLine";
import { differences, describeOutcome, describePlan } from "../../../cli/replacementText";
import { modelsWish } from "../../../cli/restoreModels";
import { databaseRequest } from "../../../cli/restoreRequest";

const options = (...words: string[]): Options => parseCommandLine(["restore", ...words]).options;

describe("what a restore in place is asked for", () => {
  for (const [words, request] of [
    [[], { action: "replace", wanted: "" }],
    [["--to", "2026-01-31T02:14:59Z"], { action: "replace", wanted: "2026-01-31T02:14:59Z" }],
    [["--to", "lsn:0/3000148"], { action: "replace", wanted: "lsn:0/3000148" }],
    [["--set", "20260131-020000F"], { action: "replace", wanted: "set:20260131-020000F" }],
    [["--undo"], { action: "undo", wanted: "" }],
    [["--undo", "--generation", "3"], { action: "undo", wanted: "3" }],
    [["--forget"], { action: "forget", wanted: "" }],
    [["--forget", "--generation", "3"], { action: "forget", wanted: "3" }],
    [["--dump", "backup-2026-01-15"], { action: "dump", wanted: "backup-2026-01-15" }],
    [["--dump", "backup-2026-01-15.sql.gz"], { action: "dump", wanted: "backup-2026-01-15.sql.gz" }],
    [["--dump", "backup-2026-01-15", "--undo"], { action: "undo dump", wanted: "backup-2026-01-15" }],
    [["--dump", "backup-2026-01-15", "--forget"], { action: "forget dump", wanted: "backup-2026-01-15" }],
  ] as const)
    it(`is read from database ${words.join(" ") || "alone"}`, () => {
      assert.deepEqual(databaseRequest(options("database", ...words)), request);
    });

  for (const [words, message] of [
    [["--to", "yesterday"], /--to yesterday: must be a time with its zone/],
    [["--to", "2026-01-31T02:14:59"], /must be a time with its zone/],
    [["--to", ""], /must be a time with its zone/],
    [["--set", "newest"], /--set newest: must be the label of a base backup/],
    [["--to", "lsn:0/1", "--set", "20260131-020000F"], /--to and --set exclude each other/],
    [["--undo", "--forget"], /--undo and --forget exclude each other/],
    [["--generation", "3"], /--generation belongs to --undo or --forget/],
    [["--undo", "--generation", "three"], /must be the number of a generation/],
    [["--snapshot", "models-20260131-030000"], /--snapshot is of models/],
    [["--dump", "newest"], /--dump newest: must be the name of a dump/],
    [["--dump", "../wal"], /must be the name of a dump/],
    [["--dump", "backup-2026-01-15", "--to", "lsn:0/1"], /--to and --dump exclude each other/],
    [["--dump", "backup-2026-01-15", "--undo", "--forget"], /--undo and --forget exclude each other/],
    [["--dump", "backup-2026-01-15", "--undo", "--generation", "3"], /a dump replaces no generation/],
  ] as const)
    it(`is refused before anything is looked at: database ${words.join(" ")}`, () => {
      assert.throws(() => databaseRequest(options("database", ...words)), {
        constructor: UsageError,
        message,
      });
    });

  it("names a snapshot of models, or the newest one", () => {
    assert.deepEqual(modelsWish(options("models")), { action: "replace", snapshot: "" });
    assert.deepEqual(modelsWish(options("models", "--snapshot", "models-20260131-030000")), {
      action: "replace",
      snapshot: "models-20260131-030000",
    });
    assert.deepEqual(modelsWish(options("models", "--undo")), { action: "undo" });
    assert.deepEqual(modelsWish(options("models", "--forget")), { action: "forget" });
    for (const words of [
      ["--snapshot", "latest"],
      ["--to", "lsn:0/1"],
      ["--dump", "backup-2026-01-15"],
      ["--undo", "--forget"],
    ])
      assert.throws(() => modelsWish(options("models", ...words)), UsageError);
  });
});

describe("the text of a restore in place", () => {
  it("says what is not known, and takes it for nothing else", () => {
    assert.match(describePlan(undefined), /what would be done is not known/);
    assert.match(
      describeOutcome(undefined, { downSeconds: null, before: null }),
      /what was done is not known; see the log of the Job replace-database/,
    );
  });

  it("tells what goes, before it is done", () => {
    const plan = { action: "planned", wanted: "2026-01-31T02:14:59Z", head: 3, source: 2, lossSeconds: 61 };
    assert.match(
      describePlan({ ...plan, heartbeatAt: "2026-01-31T02:16:00.000Z" }),
      /to 2026-01-31T02:14:59Z, which belongs to generation 2\n.*what goes: what was written in the last 1 min 1 s \(newest heartbeat 2026-01-31T02:16:00\.000Z\); an undo brings it back/s,
    );
    assert.match(describePlan({ ...plan, lossSeconds: null }), /how much cannot be told before the replay/);
    assert.match(describePlan({ ...plan, wanted: "" }), /what goes: nothing that was committed/);
  });

  it("names the tables whose rows differ", () => {
    assert.equal(
      differences({ orders: 5, gone: 1, same: 2 }, { orders: 3, fresh: 4, same: 2 }),
      "rows that differ from the database that was served:\n" +
        "  fresh: was not there before, 4 rows now\n" +
        "  gone: 1 rows before, is not there now\n" +
        "  orders: 5 rows before, 3 rows now\n",
    );
    assert.equal(differences({ same: 2 }, { same: 2 }), "rows: as many in each table as before\n");
    assert.equal(differences(null, { same: 2 }), "", "not known");
  });

  it("says first that a newer base backup is damaged", () => {
    assert.match(
      describeOutcome(
        { action: "restored", label: "old", passedOver: [{ label: "new", object: "s3://b/o" }] },
        { downSeconds: 20, before: null },
      ),
      /^warning: base backup new is damaged \(object s3:\/\/b\/o\)/,
    );
  });
});
