import assert from "node:assert/strict";
import { pgBackRestLine } from "../../../../jobs/database/pgbackrestLog";
import { pgBackRestProblem } from "../../../../jobs/database/pgbackrestProblem";

describe("pgBackRest's problem", () => {
  it("is its first error, with code and object", () => {
    const output = `2026-11-24 11:00:00.000 P00   INFO: restore command begin 2.45: --stanza=main
2026-11-24 11:00:15.000 P00  ERROR: [055]: raised from local-2 protocol: unable to open missing file '/wal/generation-0001/repository/backup/main/20261124-113058F/bundle/1' for read
       [FileMissingError] on retry after 0ms
2026-11-24 11:00:15.000 P00   INFO: restore command end: aborted with exception [055]`;
    assert.deepEqual(pgBackRestProblem(output), {
      code: 55,
      reason:
        "raised from local-2 protocol: unable to open missing file '/wal/generation-0001/repository/backup/main/20261124-113058F/bundle/1' for read [FileMissingError] on retry after 0ms",
      object: "wal/generation-0001/repository/backup/main/20261124-113058F/bundle/1",
    });
  });

  it("leaves hints out", () => {
    const { reason, object } = pgBackRestProblem("ERROR: [031]: option missing\nHINT: did you forget it?");
    assert.equal(reason, "option missing");
    assert.equal(object, undefined);
  });

  it("is the last line when there is no error in the usual form", () => {
    assert.deepEqual(pgBackRestProblem("one\ntwo\n\n"), {
      code: undefined,
      reason: "two",
      object: undefined,
    });
    assert.equal(pgBackRestProblem("").reason, "no message");
  });
});

describe("a line of pgBackRest's log", () => {
  it("loses its time and process", () => {
    assert.equal(
      pgBackRestLine("2026-11-24 11:00:00.000 P00   INFO: new backup label = x"),
      "pgbackrest: new backup label = x",
    );
    assert.equal(
      pgBackRestLine("2026-11-24 11:00:00.000 P00   WARN: no prior"),
      "pgbackrest: WARN: no prior",
    );
  });

  it("is dropped when it says nothing", () => {
    assert.equal(
      pgBackRestLine("2026-11-24 11:00:00.000 P00   INFO: backup command begin 2.45: --a --b"),
      undefined,
    );
    assert.equal(pgBackRestLine("2026-11-24 11:00:00.000 P01 DETAIL: restore file x"), undefined);
  });
});
