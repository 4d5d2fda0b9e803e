import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { observeDataDirectory } from "../../../../jobs/database/dataDirectory";

describe("data directory", () => {
  const path = process.env["PATH"];
  let root: string;
  let pgdata: string;
  let incoming: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "volume-"));
    pgdata = join(root, "pgdata");
    incoming = join(root, "pgdata.incoming");
    process.env["PATH"] = [root, path].join(delimiter);
  });
  afterEach(() => {
    process.env["PATH"] = path;
    rmSync(root, { recursive: true });
  });

  const fill = (): void => {
    mkdirSync(join(pgdata, "global"), { recursive: true });
    writeFileSync(join(pgdata, "PG_VERSION"), "15\n");
    writeFileSync(join(pgdata, "global", "pg_control"), "control");
  };
  const controlDataPrints = (script: string): void => {
    writeFileSync(join(root, "pg_controldata"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  };

  it("is empty when it is absent, holds nothing, or only what a file system puts there", async () => {
    assert.deepEqual(await observeDataDirectory(pgdata, incoming), { state: "empty" });
    mkdirSync(pgdata);
    assert.deepEqual(await observeDataDirectory(pgdata, incoming), { state: "empty" });
    mkdirSync(join(pgdata, "lost+found"));
    assert.deepEqual(await observeDataDirectory(pgdata, incoming), { state: "empty" });
  });

  it("shows what an unfinished restore has left", async () => {
    mkdirSync(incoming);
    assert.deepEqual(await observeDataDirectory(pgdata, incoming), { state: "incoming-left" });
  });

  it("is partial without its version or control file", async () => {
    mkdirSync(pgdata);
    writeFileSync(join(pgdata, "something"), "");
    assert.deepEqual(await observeDataDirectory(pgdata, incoming), {
      state: "partial",
      reason: "PG_VERSION is missing",
    });
    fill();
    writeFileSync(join(pgdata, "global", "pg_control"), "");
    assert.deepEqual(await observeDataDirectory(pgdata, incoming), {
      state: "partial",
      reason: "global/pg_control is missing",
    });
  });

  it("is partial when the control file cannot be read or warns of its checksum", async () => {
    fill();
    for (const script of [
      "echo broken >&2; exit 1",
      "echo 'WARNING: Calculated CRC checksum does not match'",
      "echo nothing",
    ]) {
      controlDataPrints(script);
      const found = await observeDataDirectory(pgdata, incoming);
      assert.equal(found.state, "partial");
      assert.match(found.reason, /pg_control cannot be read/);
    }
  });

  it("is valid with a readable control file, whatever lies beside it", async () => {
    fill();
    mkdirSync(incoming);
    controlDataPrints(
      `cat <<END
Database system identifier:           77
Database cluster state:               in production
Latest checkpoint location:           0/30000D8
Latest checkpoint's TimeLineID:       1
Bytes per WAL segment:                16777216
max_connections setting:              100
max_worker_processes setting:         8
max_wal_senders setting:              10
max_prepared_xacts setting:           0
max_locks_per_xact setting:           64
END`,
    );
    const found = await observeDataDirectory(pgdata, incoming);
    assert.equal(found.state, "valid");
    assert.equal(found.control.systemId, "77");
  });
});
