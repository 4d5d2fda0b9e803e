import assert from "node:assert/strict";
import { damageOf, parseVerification } from "../../../../jobs/database/verification";

const full = "20261124-113058F";
const incremental = "20261124-113058F_20261124-114257I";

/** Output of pgBackRest 2.45, shortened. */
const healthy = `2026-11-24 11:34:06.482 P00   INFO: verify command begin 2.45: --stanza=main
stanza: main
status: ok
  archiveId: 15-1, total WAL checked: 26, total valid WAL: 26
    missing: 0, checksum invalid: 0, size invalid: 0, other: 0
  backup: ${full}, status: valid, total files checked: 1498, total valid files: 1498
    missing: 0, checksum invalid: 0, size invalid: 0, other: 0
  backup: ${incremental}, status: valid, total files checked: 1498, total valid files: 1498
    missing: 0, checksum invalid: 0, size invalid: 0, other: 0
2026-11-24 11:34:08.617 P00   INFO: verify command end: completed successfully (2142ms)
`;
const damaged = `2026-11-24 11:34:07.851 P02   INFO: invalid checksum '${full}/pg_data/base/16384/16931.zst'
2026-11-24 11:34:07.900 P01   INFO: file missing '15-1/0000000100000000/000000010000000000000019-f4ca35f3c3f28bb3cf258901f53baf793b2d5e1b.zst'
2026-11-24 11:34:08.105 P02   INFO: invalid result ${full}/pg_data/base/1/1247.zst: [39] raised from local-2 protocol: HTTP request failed with 416:
                                    GET /backups/wal/generation-0001/repository/backup/main/${full}/bundle/2
2026-11-24 11:34:08.617 P00   INFO: stanza: main
                                    status: error
stanza: main
status: error
  backup: ${full}, status: invalid, total files checked: 1498, total valid files: 1496
`;

describe("verification", () => {
  it("reads a healthy repository", () => {
    assert.deepEqual(parseVerification(healthy), {
      status: "ok",
      general: undefined,
      backups: { [full]: "valid", [incremental]: "valid" },
      invalidWal: [],
      invalidFiles: [],
    });
  });

  it("reads which objects are damaged, bundles by their own name", () => {
    const { status, backups, invalidWal, invalidFiles } = parseVerification(damaged);
    assert.equal(status, "error");
    assert.deepEqual(backups, { [full]: "invalid" });
    assert.deepEqual(invalidWal, ["000000010000000000000019"]);
    assert.deepEqual(invalidFiles, [
      { reason: "invalid checksum", file: `backup/main/${full}/pg_data/base/16384/16931.zst` },
      {
        reason: "file missing",
        file: "archive/main/15-1/0000000100000000/000000010000000000000019-f4ca35f3c3f28bb3cf258901f53baf793b2d5e1b.zst",
      },
      { reason: "invalid result", file: `backup/main/${full}/bundle/2` },
    ]);
  });

  /** Output of pgBackRest 2.59.1 with --set, shortened. */
  const setOutput = (lines: string, status = "error"): string =>
    `${lines}stanza: main
status: ${status}
  archiveId: 15-1, total WAL checked: 3, total valid WAL: 1
    missing: 0, checksum invalid: 0, size invalid: 0, other: 0
  backup: ${incremental}, status: valid, total files checked: 971, total valid files: 971
    missing: 0, checksum invalid: 0, size invalid: 0, other: 0
`;
  const ofSet = { label: incremental, references: [], walStart: "000000010000000000000005" };

  it("takes a segment that is there twice for damage: no restore gets past it", () => {
    const output = setOutput(
      "P00   INFO: duplicate WAL '000000010000000000000005' for '15-1' exists, skipping\n",
    );
    assert.deepEqual(damageOf(ofSet, parseVerification(output)), [
      "WAL segment 000000010000000000000005: damaged",
      "archive/main/15-1/0000000100000000/000000010000000000000005 (there twice, with two checksums)",
    ]);
  });

  it("names a damaged bundle once, however many files are in it", () => {
    const lines = `P02   INFO: invalid checksum '${incremental}/bundle/1'\n`.repeat(300);
    assert.deepEqual(
      parseVerification(setOutput(lines)).invalidFiles.map(({ file }) => file),
      [`backup/main/${incremental}/bundle/1`],
    );
  });

  it("does not take an error that is named by nothing for one that lies elsewhere", () => {
    assert.deepEqual(damageOf(ofSet, parseVerification(setOutput(""))), [
      "pgbackrest verify reports an error that it does not name",
    ]);
    assert.deepEqual(damageOf(ofSet, parseVerification(setOutput("", "ok"))), []);
  });

  it("does not take silence for health", () => {
    assert.throws(() => parseVerification(""), /no status/);
  });

  describe("damage of a backup", () => {
    const backup = { label: incremental, references: [full], walStart: "000000010000000000000020" };

    it("is none in a healthy repository", () => {
      assert.deepEqual(damageOf(backup, parseVerification(healthy)), []);
    });

    it("is damage of a backup that it stands on", () => {
      const damage = damageOf(backup, {
        ...parseVerification(healthy),
        backups: { [full]: "invalid", [incremental]: "valid" },
      });
      assert.deepEqual(damage, [`backup ${full}: invalid`]);
    });

    it("is that verify did not see it", () => {
      assert.deepEqual(damageOf(backup, { ...parseVerification(healthy), backups: { [full]: "valid" } }), [
        `backup ${incremental}: not found`,
      ]);
    });

    it("is damaged WAL from its start on, not before", () => {
      const found = parseVerification(healthy);
      assert.deepEqual(damageOf(backup, { ...found, invalidWal: ["000000010000000000000019"] }), []);
      assert.deepEqual(damageOf(backup, { ...found, invalidWal: ["000000010000000000000021"] }), [
        "WAL segment 000000010000000000000021: damaged",
      ]);
    });

    it("is a repository without its info files", () => {
      const general = parseVerification("stanza: main\nstatus: error\n  No usable backup.info file\n");
      assert.deepEqual(damageOf(backup, general), ["No usable backup.info file"]);
    });
  });
});
