import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { preparePolicyAnalyzer } from "../../../automation/policyAnalyzer";
import { withVariable } from "../../support/variable";

describe("policy analyzer", () => {
  let directory: string;
  let pack: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "analyzer-"));
    pack = join(directory, "pack");
    mkdirSync(pack);
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });
  withVariable("LSTM_PFD_CACHE", () => join(directory, "cache"));

  async function start(): Promise<{ status: number | null; stdout: string; stderr: string }> {
    const executable = join(await preparePolicyAnalyzer(), "pulumi-analyzer-policy-nodejs");
    return spawnSync(executable, ["127.0.0.1:1", "."], { cwd: pack, encoding: "utf8" });
  }

  it("is made once", async () => {
    assert.equal(await preparePolicyAnalyzer(), await preparePolicyAnalyzer());
  });

  it("runs the pack by the SDK of the project around it, with the engine's arguments", async () => {
    const sdk = join(directory, "node_modules", "@pulumi", "pulumi", "cmd");
    mkdirSync(sdk, { recursive: true });
    writeFileSync(join(sdk, "run-policy-pack.js"), "console.log(process.argv.slice(2).join(' '))");
    const { status, stdout } = await start();
    assert.equal(status, 0);
    assert.equal(stdout, "127.0.0.1:1 .\n");
  });

  it("says in the engine's words that the SDK is not installed", async () => {
    const { status, stderr } = await start();
    assert.equal(status, 1);
    assert.equal(stderr, "Cannot find module '@pulumi/pulumi/cmd/run-policy-pack'\n");
  });
});
