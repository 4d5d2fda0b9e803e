import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareIncoming } from "../../../../jobs/database/incomingDirectory";
import { PgBackRest } from "../../../../jobs/database/pgbackrest";
import { volumeOf } from "../../../../jobs/database/volume";

describe("the directory beside the data directory", () => {
  let root = "";
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "volume-"));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });
  const write = (path: string): void => {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), "x");
  };

  const cases: [what: string, files: string[], begin: string, left: string[]][] = [
    ["nothing was there", [], "anew", []],
    [
      "a restore was stopped while it fetched",
      ["backup.manifest", "base/1/100"],
      "with what is there",
      ["backup.manifest", "base"],
    ],
    [
      "a restore was killed while its server replayed",
      ["PG_VERSION", "postmaster.pid"],
      "with what is there",
      ["PG_VERSION"],
    ],
    ["it holds what pgBackRest would not compare with", ["base/1/100"], "anew", []],
  ];
  for (const [what, files, begin, left] of cases)
    it(`is begun ${begin} when ${what}`, () => {
      const volume = volumeOf(join(root, "pgdata"));
      for (const file of files) write(`pgdata.incoming/${file}`);
      write("spool/archive/main/in/000000010000000000000001.ok");
      assert.equal(prepareIncoming(volume), begin);
      assert.deepEqual(readdirSync(volume.incoming).sort(), left);
      assert.deepEqual(readdirSync(volume.spool), []);
      assert.equal(existsSync(volume.pgdata), false);
    });

  it("is compared by pgBackRest only when there is something in it", async () => {
    const words = join(root, "words");
    writeFileSync(join(root, "pgbackrest"), `#!/bin/sh\necho "$@" >>"${words}"\n`, { mode: 0o755 });
    const pgBackRest = new PgBackRest(root, 3, { PATH: `${root}:/usr/bin:/bin` });
    const kept = process.env["PATH"];
    process.env["PATH"] = `${root}:${kept ?? ""}`;
    try {
      await pgBackRest.restore("20260101-021500F", true, () => undefined);
      await pgBackRest.restore("20260101-021500F", false, () => undefined);
    } finally {
      process.env["PATH"] = kept;
    }
    const [first = "", second = ""] = readFileSync(words, "utf8").split("\n");
    assert.match(first, /--repo1-path=\/wal\/generation-0003\/repository /);
    assert.match(first, /--set=20260101-021500F --type=standby --target-timeline=current --delta /);
    assert.doesNotMatch(second, /--delta/);
  });
});
