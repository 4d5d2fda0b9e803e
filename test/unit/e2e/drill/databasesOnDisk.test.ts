import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { databasesOnDisk } from "../../../e2e/drill/databasesOnDisk";

describe("data directories on the disks of a site", () => {
  let site = "";
  beforeEach(() => (site = mkdtempSync(join(tmpdir(), "site-"))));
  afterEach(() => {
    rmSync(site, { recursive: true });
  });

  function file(path: string): void {
    mkdirSync(dirname(join(site, path)), { recursive: true });
    writeFileSync(join(site, path), "");
  }

  it("are told by the report of a restore, wherever they are", () => {
    file("volumes/pvc-1/pgdata/PG_VERSION");
    file("volumes/pvc-1/recovery.json");
    file("volumes/pvc-2/pgdata/PG_VERSION");
    file("kubelet/pods/1/volumes/kubernetes.io~empty-dir/data/pgdata/PG_VERSION");
    assert.deepEqual(databasesOnDisk(site), { restored: 1, initialised: 2 });
  });

  it("are none without a version, unfinished, or where there is no site", () => {
    file("volumes/pvc-1/pgdata/base/1/1255");
    file("volumes/pvc-1/pgdata.incoming/PG_VERSION");
    assert.deepEqual(databasesOnDisk(site), { restored: 0, initialised: 0 });
    assert.deepEqual(databasesOnDisk(join(site, "none")), { restored: 0, initialised: 0 });
  });

  it("are counted while kubelet takes other directories away", () => {
    file("kubelet/pods/1/volumes/kubernetes.io~configmap/settings/..2026_11_26_02_05_59.1/postgresql.conf");
    file("volumes/pvc-1/pgdata/PG_VERSION");
    const read = (directory: string) => {
      if (directory.includes("/..2026")) rmSync(directory, { recursive: true });
      return readdirSync(directory, { withFileTypes: true });
    };
    assert.deepEqual(databasesOnDisk(site, read), { restored: 0, initialised: 1 });
  });

  it("are not counted where something that is there cannot be read", () => {
    const read = () => {
      throw new Error("EIO: i/o error");
    };
    assert.throws(() => databasesOnDisk(site, read), /EIO/);
  });
});
