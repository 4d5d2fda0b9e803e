import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { prepareBeside } from "../../../../jobs/database/incomingDirectory";
import { volumeOf } from "../../../../jobs/database/volume";

const startedAt = new Date("2026-01-15T02:15:00Z");
const before = new Date("2026-01-15T02:14:59Z");
const after = new Date("2026-01-15T02:15:01Z");

describe("a directory beside a stopped database", () => {
  let root = "";
  let lines: string[] = [];
  const log = (line: string): void => {
    lines.push(line);
  };
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "volume-"));
    lines = [];
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  const write = (path: string, content: string, writtenAt: Date): void => {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    utimesSync(file, writtenAt, writtenAt);
  };
  const files = (directory: string): string[] =>
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(directory.length + 1))
      .sort();

  const cases: [what: string, present: Record<string, Date>, begin: string, taken: string[]][] = [
    [
      "holds what was not written since the backup",
      { PG_VERSION: before, "base/5/100": before, "base/5/100.1": after, "base/16384/7": before },
      "with what is there",
      ["PG_VERSION", "base/16384/7", "base/5/100"],
    ],
    [
      "does not hold a file of the very moment",
      { PG_VERSION: before, "base/5/100": startedAt },
      "with what is there",
      ["PG_VERSION"],
    ],
    [
      "holds the version in any case",
      { PG_VERSION: after, "base/5/100": before },
      "with what is there",
      ["PG_VERSION", "base/5/100"],
    ],
    [
      "holds neither WAL nor what is no relation",
      { PG_VERSION: before, "pg_wal/000000010000000000000001": before, "global/pg_control": before },
      "with what is there",
      ["PG_VERSION"],
    ],
    ["is empty where the version is missing", { "base/5/100": before }, "anew", []],
    ["begins where there are no relations", { PG_VERSION: before }, "with what is there", ["PG_VERSION"]],
  ];
  for (const [what, present, begin, taken] of cases)
    it(what, async () => {
      const volume = volumeOf(join(root, "pgdata"));
      for (const [path, writtenAt] of Object.entries(present)) write(`pgdata/${path}`, path, writtenAt);
      assert.equal(await prepareBeside(volume, startedAt, log), begin);
      assert.deepEqual(files(volume.incoming), taken);
      for (const file of taken) assert.equal(readFileSync(join(volume.incoming, file), "utf8"), file);
      assert.deepEqual(files(volume.pgdata), Object.keys(present).sort(), "the old one stays as it is");
    });

  it("has its own copy, which pgBackRest may write to, in directories of the owner alone", async () => {
    const volume = volumeOf(join(root, "pgdata"));
    write("pgdata/PG_VERSION", "15", before);
    write("pgdata/base/5/100", "old", before);
    await prepareBeside(volume, startedAt, log);
    writeFileSync(join(volume.incoming, "base/5/100"), "new");
    assert.equal(readFileSync(join(volume.pgdata, "base/5/100"), "utf8"), "old");
    for (const directory of ["", "base", "base/5"])
      assert.equal(statSync(join(volume.incoming, directory)).mode & 0o777, 0o700);
  });

  it("goes on with what a restore has fetched, and copies nothing over it", async () => {
    const volume = volumeOf(join(root, "pgdata"));
    write("pgdata/PG_VERSION", "15", before);
    write("pgdata/base/5/100", "old", before);
    write("pgdata.incoming/backup.manifest", "fetched", before);
    assert.equal(await prepareBeside(volume, startedAt, log), "with what is there");
    assert.deepEqual(files(volume.incoming), ["backup.manifest"]);
  });

  it("begins anew after a copy that was cut short, and follows no links", async () => {
    const volume = volumeOf(join(root, "pgdata"));
    write("pgdata/PG_VERSION", "15", before);
    write("pgdata/base/5/100", "old", before);
    write("elsewhere", "secret", before);
    symlinkSync(join(root, "elsewhere"), join(volume.pgdata, "base", "5", "200"));
    write("pgdata.incoming/base/5/99", "half", before);
    assert.equal(await prepareBeside(volume, startedAt, log), "with what is there");
    assert.deepEqual(files(volume.incoming), ["PG_VERSION", "base/5/100"]);
  });

  it("is fetched whole where the files of the old one cannot be listed, and that is said", async () => {
    const volume = volumeOf(join(root, "pgdata"));
    write("pgdata/PG_VERSION", "15", before);
    write("pgdata/base", "no directory", before);
    await prepareBeside(volume, startedAt, log);
    assert.deepEqual(files(volume.incoming), ["PG_VERSION"]);
    assert.match(lines.join("\n"), /cannot be listed: .*ENOTDIR/);
  });
});
