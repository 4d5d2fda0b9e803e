import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
});
