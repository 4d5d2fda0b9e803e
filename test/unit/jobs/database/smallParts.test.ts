import assert from "node:assert/strict";
import { backupType } from "../../../../jobs/database/backupType";
import {
  committedKey,
  labelOfKey,
  newestLabel,
  parseCommittedRecord,
} from "../../../../jobs/database/committedRecord";
import { parseControlData } from "../../../../jobs/database/controlData";
import { lostTables } from "../../../../jobs/database/inspection";
import { archivingSettings } from "../../../../jobs/database/newRepository";
import { standbySettings } from "../../../../jobs/database/standby";
import { programEnvironment } from "../../../../jobs/database/programEnvironment";
import { retentionDays } from "../../../../jobs/database/retention";
import { pgBackRestConfiguration } from "../../../../plan/repository";
import { committedRecord } from "./samples";

describe("committed record", () => {
  it("lies under a key that holds its label", () => {
    const key = committedKey(2, "20260101-000000F");
    assert.equal(key, "wal/generation-0002/committed/20260101-000000F.json");
    assert.equal(labelOfKey(key), "20260101-000000F");
    assert.equal(labelOfKey("wal/generation-0002/repository/backup.info"), undefined);
  });

  it("is newest by the time of the backup itself, not of what it stands on", () => {
    const labels = ["20260102-000000F", "20260101-000000F_20260103-000000I", "20260101-000000F"];
    assert.equal(newestLabel(labels), "20260101-000000F_20260103-000000I");
    assert.equal(newestLabel([]), undefined);
  });

  it("is read back as it was written, and refused when a field is missing", () => {
    const record = committedRecord();
    assert.deepEqual(parseCommittedRecord(JSON.stringify(record)), record);
    assert.throws(
      () => parseCommittedRecord(JSON.stringify({ ...record, walStop: undefined })),
      /no field "walStop"/,
    );
    const collations = [{ provider: "icu", locale: "de", recorded: "153.120", actual: "153.120" }];
    assert.deepEqual(parseCommittedRecord(JSON.stringify({ ...record, collations })).collations, collations);
    assert.throws(
      () => parseCommittedRecord(JSON.stringify({ ...record, collations: "icu" })),
      /its field "collations" cannot be understood/,
    );
    assert.throws(() => parseCommittedRecord("null"), /no field/);
    assert.throws(() => parseCommittedRecord(""), SyntaxError);
  });
});

describe("type of a backup", () => {
  const full = { label: "F", type: "full" } as const;
  const incremental = { label: "I", type: "incr" } as const;
  const cases = [
    { requested: "full", backups: [full], committed: ["F"], expected: "full" },
    { requested: "incr", backups: [], committed: [], expected: "full" },
    { requested: "incr", backups: [full], committed: ["F"], expected: "incr" },
    { requested: "incr", backups: [full], committed: [], expected: "full" },
    { requested: "incr", backups: [full, incremental], committed: ["F", "I"], expected: "incr" },
    { requested: "incr", backups: [full, incremental], committed: ["F"], expected: "full" },
  ] as const;
  for (const { requested, backups, committed, expected } of cases)
    it(`${requested} with ${backups.map(({ label }) => label).join("+") || "nothing"}, committed ${committed.join("+") || "nothing"}: ${expected}`, () => {
      assert.equal(backupType(requested, backups, committed), expected);
    });
});

describe("control data", () => {
  const output = `pg_control version number:            1300
Database system identifier:           7711696204233015402
Database cluster state:               shut down
Latest checkpoint location:           0/30000D8
Latest checkpoint's TimeLineID:       3
max_connections setting:              137
max_worker_processes setting:         8
max_wal_senders setting:              10
max_prepared_xacts setting:           0
max_locks_per_xact setting:           64
Bytes per WAL segment:                16777216
`;

  it("gives the settings that a standby needs, under the names of the configuration", () => {
    const data = parseControlData(output);
    assert.equal(data.systemId, "7711696204233015402");
    assert.equal(data.state, "shut down");
    assert.equal(data.timeline, 3);
    assert.equal(data.checkpointLsn, "0/30000D8");
    assert.deepEqual(data.minimumSettings, {
      max_connections: "137",
      max_worker_processes: "8",
      max_wal_senders: "10",
      max_prepared_transactions: "0",
      max_locks_per_transaction: "64",
    });
  });

  it("is refused without a line that is needed", () => {
    assert.throws(
      () => parseControlData(output.replace(/.*cluster state.*\n/, "")),
      /"Database cluster state"/,
    );
  });
});

describe("lost tables", () => {
  it("are those that had rows: emptied when they have none, gone when they are not there", () => {
    assert.deepEqual(lostTables({ a: 5, b: 0, c: 1, d: 2, f: 0 }, { a: 4, b: 0, c: 0, e: 1 }), {
      emptied: ["c"],
      gone: ["d"],
    });
  });
});

describe("environment of programs", () => {
  it("holds neither addresses of other servers nor secrets that are not pgBackRest's", () => {
    const environment = programEnvironment(
      {
        PATH: "/bin",
        PGHOST: "elsewhere",
        PGPASSWORD: "x",
        DB_PASSWORD: "x",
        AWS_SECRET_ACCESS_KEY: "x",
        AWS_CONTAINER_CREDENTIALS_FULL_URI: "u",
        PGBACKREST_REPO1_S3_KEY: "k",
      },
      { PGBACKREST_PG1_PATH: "/data" },
    );
    assert.deepEqual(environment, {
      PATH: "/bin",
      AWS_CONTAINER_CREDENTIALS_FULL_URI: "u",
      PGBACKREST_REPO1_S3_KEY: "k",
      PGBACKREST_PG1_PATH: "/data",
    });
  });
});

describe("archiving of a promotion", () => {
  it("uses the writer's keys by the environment, and the pod's own role without", () => {
    assert.equal(
      archivingSettings("the archiver's")["archive_command"],
      'PGBACKREST_REPO1_S3_KEY="$ARCHIVER_S3_KEY" PGBACKREST_REPO1_S3_KEY_SECRET="$ARCHIVER_S3_KEY_SECRET" FENCE=none /opt/recovery/bin/pgbackrest-push %p',
    );
    assert.equal(
      archivingSettings("the pod's")["archive_command"],
      "FENCE=none /opt/recovery/bin/pgbackrest-push %p",
    );
  });
});

describe("the end of a replay", () => {
  const files = { requests: "requests", table: "table", histories: "histories" };

  it("is that of the archive, on the last timeline of the chain, by its number", () => {
    const settings = standbySettings({ files, lastSegment: "", target: 3 });
    assert.match(
      settings["restore_command"] ?? "",
      /^WAL_TABLE=table WAL_HISTORIES=histories \/opt\/recovery\/bin\/wal-get %f %p; /,
    );
    assert.equal(settings["recovery_target_timeline"], "3");
  });

  it("is the segment before a hole that was accepted, on the timeline of that segment", () => {
    const settings = standbySettings({ files, lastSegment: "0000000A00000000000000FF", target: 10 });
    assert.match(
      settings["restore_command"] ?? "",
      / LAST_SEGMENT=0000000A00000000000000FF \/opt\/recovery\/bin\/wal-get %f %p; /,
    );
    assert.equal(settings["recovery_target_timeline"], "10");
  });
});

describe("retention", () => {
  const configuration = pgBackRestConfiguration({
    bucket: "b",
    host: "h",
    port: 443,
    region: "r",
    pathStyle: true,
    retentionDays: 9,
  });

  it("is read from the configuration that this project writes", () => {
    assert.equal(retentionDays(configuration, "file"), 9);
  });

  it("is refused in another unit", () => {
    assert.throws(
      () => retentionDays(configuration.replace("type=time", "type=count"), "file"),
      /file does not give the retention in days/,
    );
    assert.throws(() => retentionDays("", "file"), /retention in days/);
  });
});
