import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { projectRoot } from "../../../lib/paths";

interface MochaConfig {
  spec: string[];
  "forbid-pending": boolean;
}

const configOf = (file: string): MochaConfig =>
  parse(readFileSync(join(projectRoot, file), "utf8")) as MochaConfig;

describe("suites that need the toolchain", () => {
  for (const [files, directory] of [
    [[".mocharc.e2e.yaml"], "test/e2e"],
    [[".mocharc.nightly.yaml", ".mocharc.lineage.yaml", ".mocharc.tables.yaml"], "test/nightly"],
  ] as const) {
    it(`are all in the order that ${files.join(" and ")} say`, () => {
      const there = readdirSync(join(projectRoot, directory), { recursive: true, encoding: "utf8" })
        .filter((path) => path.endsWith(".test.ts"))
        .map((path) => join(directory, path));
      assert.deepEqual(files.flatMap((file) => configOf(file).spec).sort(), there.sort());
    });

    for (const file of files)
      it(`fail by ${file} when a case is skipped`, () => {
        assert.equal(configOf(file)["forbid-pending"], true);
      });
  }
});
