import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { doneBefore, type ReplacementPlace } from "../../../../jobs/database/beginReplacement";
import { removeJson } from "../../../../jobs/database/jsonFile";
import type { FormerDatabase } from "../../../../jobs/database/keptDatabase";
import { type OpenedFor, putIntoPlaceIfOpened } from "../../../../jobs/database/openedBefore";
import { noteReplacement } from "../../../../jobs/database/replacement";
import { keptDirectory, type Volume, volumeOf } from "../../../../jobs/database/volume";
import { readVolumeLife, writeVolumeLife } from "../../../../jobs/lineage/volumeLife";
import { withVariable } from "../../../support/variable";
import { lineage, opened } from "../lineage/samples";

const quiet = (): undefined => undefined;
const life = { life: "life-2", generation: 2, state: "claimed" } as const;
const former: FormerDatabase = {
  generation: 1,
  life: "life-1",
  systemId: "7711696204233015402",
  timeline: 1,
  lsn: "0/5000028",
  segment: "000000010000000000000004",
  stoppedAt: "2026-01-31T02:15:00.000Z",
};

/** As pg_controldata prints it; `control` in the directory says the timeline. */
const program = `#!/bin/sh
cat <<END
Database system identifier:           7711696204233015402
Database cluster state:               shut down
Latest checkpoint's TimeLineID:       $(cat "$2/control")
Latest checkpoint location:           0/5000028
Bytes per WAL segment:                16777216
max_connections setting:              100
max_worker_processes setting:         8
max_wal_senders setting:              10
max_prepared_xacts setting:           0
max_locks_per_xact setting:           64
END
`;

describe("a restore that was killed after it had opened its generation", () => {
  let root: string;
  let volume: Volume;

  const directory = (path: string, timeline: number): void => {
    mkdirSync(path);
    writeFileSync(join(path, "control"), String(timeline));
  };
  const goOn = (what: OpenedFor): Promise<object | undefined> =>
    putIntoPlaceIfOpened(
      volume,
      life,
      lineage(opened(1), opened(2, { base: "20260131-020000F" })),
      quiet,
      what,
    );

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), "opened-"));
    writeFileSync(join(root, "pg_controldata"), program, { mode: 0o755 });
    volume = volumeOf(join(root, "pgdata"));
    directory(volume.incoming, 2);
    await writeVolumeLife(volume.life, life);
  });
  withVariable("PATH", () => `${root}:${process.env["PATH"] ?? ""}`);
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  describe("in place of another database", () => {
    const place = (operation: string) => ({ volume, operation }) as ReplacementPlace;
    beforeEach(async () => {
      directory(volume.pgdata, 1);
      // Of the restore before, with which the old database came.
      writeFileSync(volume.recoveryReport, JSON.stringify({ generation: 1, operation: "before" }));
      await noteReplacement(volume, { operation: "this", wanted: "", former, startedAt: "2026-01-31" });
    });

    it("comes to its end, and is not done once more when it is asked for again", async () => {
      const report = await goOn({ former, operation: "this" });
      assert.deepEqual(report, {
        ...{ action: "restored", operation: "this", generation: 2, label: "20260131-020000F" },
        systemId: "7711696204233015402",
      });
      assert.ok(existsSync(keptDirectory(volume, 1)));
      assert.deepEqual(readVolumeLife(volume.life), { ...life, state: "opened" });
      assert.equal(doneBefore(place("this")), undefined, "its note is still there");
      await removeJson(volume.replacement);
      assert.deepEqual(doneBefore(place("this")), report);
      assert.equal(doneBefore(place("another")), undefined);
    });

    it("keeps what it had reported itself", async () => {
      const own = { action: "restored", operation: "this", generation: 2, downloadSeconds: 3 };
      writeFileSync(volume.recoveryReport, JSON.stringify(own));
      assert.deepEqual(await goOn({ former, operation: "this" }), own);
    });

    it("comes to the same end when it was killed between the two renames, or after them", async () => {
      rmSync(volume.pgdata, { recursive: true });
      directory(keptDirectory(volume, 1), 1);
      await goOn({ former, operation: "this" });
      assert.equal(readFileSync(join(volume.pgdata, "control"), "utf8"), "2");
      const again = (await goOn({ former, operation: "this" })) as { operation?: string };
      assert.equal(again.operation, "this");
    });
  });

  it("writes no report where nobody has asked for a replacement", async () => {
    assert.equal(((await goOn({})) as { generation?: number }).generation, 2);
    assert.ok(!existsSync(volume.recoveryReport));
  });

  it("is no such restore where the directory is another one", async () => {
    rmSync(volume.incoming, { recursive: true });
    directory(volume.incoming, 7);
    assert.equal(await goOn({}), undefined);
  });
});
