import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { directoriesBeneath } from "../../support/directoriesBeneath";

describe("the directories beneath another", () => {
  let root = "";
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "directories-"));
    for (const path of ["a/b", "kubelet/..2026_11_26/deep", "z"])
      mkdirSync(join(root, path), { recursive: true });
    writeFileSync(join(root, "z/file"), "");
    symlinkSync("..", join(root, "z/link"));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  const found = (read?: Parameters<typeof directoriesBeneath>[1]): string[] =>
    directoriesBeneath(root, read)
      .map((path) => path.slice(root.length + 1))
      .sort();

  it("are found at any depth, without files and links", () => {
    assert.deepEqual(found(), [
      "a",
      "a/b",
      "kubelet",
      "kubelet/..2026_11_26",
      "kubelet/..2026_11_26/deep",
      "z",
    ]);
  });

  it("are found while others take some away", () => {
    const read = (directory: string) => {
      if (directory.endsWith("/..2026_11_26")) rmSync(directory, { recursive: true });
      return readdirSync(directory, { withFileTypes: true });
    };
    assert.deepEqual(found(read), ["a", "a/b", "kubelet", "kubelet/..2026_11_26", "z"]);
  });

  it("are none where there is nothing, and an error where what is there cannot be read", () => {
    assert.deepEqual(directoriesBeneath(join(root, "none")), []);
    assert.throws(
      () =>
        found(() => {
          throw new Error("EIO: i/o error");
        }),
      /EIO/,
    );
  });
});
