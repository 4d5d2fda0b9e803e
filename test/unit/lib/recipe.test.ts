import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { entryName, fileHashes, hashOf } from "../../../lib/recipe";

describe("recipe", () => {
  it("has the same hash whatever the order of keys", () => {
    assert.equal(hashOf({ a: 1, b: { c: 2, d: [3] } }), hashOf({ b: { d: [3], c: 2 }, a: 1 }));
  });

  const changes: [string, unknown, unknown][] = [
    ["a value", { a: 1 }, { a: 2 }],
    ["a nested value", { a: { b: "x" } }, { a: { b: "y" } }],
    ["the order of a list", [1, 2], [2, 1]],
    ["a key that is not there", { a: 1 }, { a: 1, b: 2 }],
  ];
  for (const [what, before, after] of changes) {
    it(`has another hash after a change of ${what}`, () => {
      assert.notEqual(hashOf(before), hashOf(after));
    });
  }

  it("names an entry by tool, version and twelve digits", () => {
    const name = entryName({ name: "etcd", version: "3.5.1", inputs: {} });
    assert.match(name, /^etcd-3\.5\.1-[0-9a-f]{12}$/);
  });

  it("names another entry for another version", () => {
    const recipe = { name: "etcd", inputs: {} };
    assert.notEqual(entryName({ ...recipe, version: "1" }), entryName({ ...recipe, version: "2" }));
  });

  describe("of files", () => {
    let directory: string;
    beforeEach(() => {
      directory = mkdtempSync(join(tmpdir(), "recipe-"));
      mkdirSync(join(directory, "bin"));
      writeFileSync(join(directory, "bin", "start"), "one");
      writeFileSync(join(directory, "README.md"), "text");
    });
    afterEach(() => {
      rmSync(directory, { recursive: true });
    });

    it("covers files in subdirectories by relative path", () => {
      assert.deepEqual(Object.keys(fileHashes(directory)).sort(), ["README.md", "bin/start"]);
    });

    it("changes with a file's content", () => {
      const before = fileHashes(directory);
      writeFileSync(join(directory, "bin", "start"), "two");
      assert.notDeepEqual(fileHashes(directory), before);
    });

    it("leaves out what does not count", () => {
      const hashes = fileHashes(directory, (path) => !path.endsWith(".md"));
      assert.deepEqual(Object.keys(hashes), ["bin/start"]);
    });

    it("is empty for a directory that does not exist", () => {
      assert.deepEqual(fileHashes(join(directory, "absent")), {});
    });
  });
});
