import assert from "node:assert/strict";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { directoryDigest } from "../../../lib/directoryDigest";
import { withTemporaryDirectory } from "../../../lib/temporaryDirectory";

describe("the digest of a directory", () => {
  it("changes with a file's content and with its path, and with nothing else", async () => {
    await withTemporaryDirectory("digest", (directory) => {
      mkdirSync(join(directory, "templates"));
      const file = join(directory, "templates", "a.yaml");
      writeFileSync(file, "a: 1\n");
      const first = directoryDigest(directory);
      assert.match(first, /^[0-9a-f]{12}$/);
      writeFileSync(file, "a: 1\n");
      assert.equal(directoryDigest(directory), first);
      writeFileSync(file, "a: 2\n");
      const second = directoryDigest(directory);
      renameSync(file, join(directory, "a.yaml"));
      assert.equal(new Set([first, second, directoryDigest(directory)]).size, 3);
      return Promise.resolve();
    });
  });
});
