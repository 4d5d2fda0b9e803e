import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { list } from "tar";
import { writeArchive } from "../../../lib/writeArchive";

describe("an archive", () => {
  let directory = "";
  let file = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "archive-test-"));
    file = join(directory, "help.tar.gz");
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it("holds each text, and only its user can read it", async () => {
    await writeArchive(file, { "report.txt": "well\n", "logs/a/b.log": "line\n".repeat(1000) });
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(directory), ["help.tar.gz"]);
    const found: Record<string, string> = {};
    await list({
      file,
      onReadEntry: (entry) => {
        entry.on(
          "data",
          (piece: Buffer) => (found[entry.path] = (found[entry.path] ?? "") + piece.toString()),
        );
      },
    });
    assert.deepEqual(found, { "report.txt": "well\n", "logs/a/b.log": "line\n".repeat(1000) });
  });

  it("never takes the place of a file that is there, and leaves nothing behind", async () => {
    writeFileSync(file, "mine");
    await assert.rejects(writeArchive(file, { "a.txt": "a" }), { code: "EEXIST" });
    assert.equal(readFileSync(file, "utf8"), "mine");
    assert.deepEqual(readdirSync(directory), ["help.tar.gz"]);
  });

  it("is not begun where a path leads out of it, or a directory is not there", async () => {
    await assert.rejects(writeArchive(file, { "../out.txt": "a" }), /leads out of the archive/);
    assert.equal(existsSync(file), false);
    await assert.rejects(writeArchive(join(directory, "not/there.tar.gz"), { "a.txt": "a" }), {
      code: "ENOENT",
    });
    assert.deepEqual(readdirSync(directory), []);
  });
});
