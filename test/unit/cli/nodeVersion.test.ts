import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { oldNodeNotice } from "../../../cli/nodeVersion";
import { projectRoot } from "../../../lib/paths";

describe("notice of an old Node.js", () => {
  it("is one line that names version, date and what to do", () => {
    const notice = oldNodeNotice("v20.19.0") ?? "";
    assert.match(notice, /v20\.19\.0 .* January 2027.*Node\.js 22/);
    assert.ok(!notice.includes("\n"));
  });

  it("is not given where nothing is to be done", () => {
    assert.equal(oldNodeNotice("v22.0.0"), undefined);
    assert.equal(oldNodeNotice("v24.11.1"), undefined);
  });

  it("is all that a command says of it, on standard error", () => {
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ["--import", "tsx", join("cli", "main.ts"), "--help"],
      { cwd: projectRoot, encoding: "utf8" },
    );
    const notice = oldNodeNotice(process.version);
    assert.equal(stderr, notice === undefined ? "" : `${notice}\n`);
    assert.match(stdout, /^Usage: /);
  });

  it("recommends what .nvmrc names", () => {
    const recommended = readFileSync(join(projectRoot, ".nvmrc"), "utf8").trim();
    assert.equal(recommended, "22");
    assert.equal(oldNodeNotice(`v${recommended}.0.0`), undefined);
  });
});
