import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureClientTools } from "@lstm-pfd/local-cloud/toolchain";
import { findPlugins } from "../../automation/plugins";
import {
  leavingNoTrace,
  openStack,
  settingsDirectory,
  stackExists,
  stackHasResources,
} from "../../automation/stack";
import type { Engine } from "../../automation/stack";
import { stackPlan } from "../../cli/stackPlan";
import { changedByYaml } from "../../config/yamlScalar";
import { run } from "../../lib/process";
import { silentProgress } from "../support/silentProgress";
import { leavesNothing } from "./leavesNothing";

/** Values without quotes, of every kind that YAML may take for something else. */
const samples =
  "0x1F 0b101 0o17 017 08 012345678901 1_000 1e3 1.40 1.0 .5 5. +5 -0 123456789012345678901234567890 1e21 2026-01-31 True FALSE " +
  "1.36 123456789012 12345678901234567890 20:30 1:30:45 yes no on true 0.1 -1.5 0x1G _1 0o8 nan 1e400 1.2.3 2026-13-45";

/** The real engine and its settings; no cluster, and nothing is brought up. */
leavesNothing("the settings of a stack, with the real engine", () => {
  const signal = new AbortController().signal;
  let state = "";
  let engine: Engine;

  before(async () => {
    state = mkdtempSync(join(tmpdir(), "settings-e2e-"));
    process.env["LSTM_PFD_STATE"] = state;
    process.env["PULUMI_CONFIG_PASSPHRASE"] = "of the test";
    delete process.env["PULUMI_BACKEND_URL"];
    const toolchain = await ensureClientTools(silentProgress, signal);
    engine = { toolchain, plugins: await findPlugins(toolchain) };
  });
  after(() => {
    rmSync(state, { recursive: true });
  });

  const plan = (config: Record<string, string> = {}, forget: string[] = []) =>
    stackPlan({ stack: "mine", config, initialise: false, forget });
  const write = async (planned = plan()) => {
    const { stack, ...settings } = planned.platform;
    return openStack(engine, stack, settings);
  };
  const pulumi = async (directory: string, ...words: string[]): Promise<string> => {
    const env = { ...process.env, PULUMI_BACKEND_URL: `file://${join(state, "pulumi", "state")}` };
    const { stdout } = await run("pulumi", ["-C", directory, ...words, "--stack", "mine"], { env, signal });
    return stdout;
  };
  const engineSays = async (directory: string, key: string): Promise<string> => {
    const stdout = await pulumi(directory, "config", "get", key);
    return stdout.replace(/\n$/, "");
  };

  it("are refused in YAML exactly where the engine would take another value", async () => {
    await write();
    const directory = settingsDirectory("mine");
    const file = join(directory, "Pulumi.mine.yaml");
    const text = readFileSync(file, "utf8");
    try {
      const lines = samples.split(" ").map((sample, index) => `  lstm-pfd:k${index}: ${sample}\n`);
      const salt = /^encryptionsalt:.*$/m.exec(text)?.[0] ?? "";
      writeFileSync(file, `${salt}\nconfig:\n${lines.join("")}`);
      const stdout = await pulumi(directory, "config", "--json");
      const values = JSON.parse(stdout) as Record<string, { value: string }>;
      for (const [index, sample] of samples.split(" ").entries())
        assert.equal(values[`lstm-pfd:k${index}`]?.value !== sample, changedByYaml(sample), sample);
    } finally {
      writeFileSync(file, text);
    }
  }).timeout(60_000);

  it("remember what a command line gave, a secret encrypted, and drop it on demand", async () => {
    await write(
      plan({ cluster: "kubeconfig", objectStore: "s3", dbPassword: "0x1F", "aws:region": "eu-west-1" }),
    );
    const again = plan();
    assert.equal(again.vault, undefined);
    assert.deepEqual(again.remembered, {
      "aws:region": "eu-west-1",
      cluster: "kubeconfig",
      objectStore: "s3",
    });
    assert.deepEqual(Object.keys(again.standIns), ["dbPassword"]);
    const directory = settingsDirectory("mine");
    assert.doesNotMatch(readFileSync(join(directory, "Pulumi.mine.yaml"), "utf8"), /0x1F/);
    await write(again);
    assert.equal(await engineSays(directory, "lstm-pfd:dbPassword"), "0x1F");
    assert.equal(await engineSays(directory, "aws:region"), "eu-west-1");
    await write(plan({}, ["dbPassword", "cluster", "objectStore", "aws:region"]));
    assert.deepEqual([plan().remembered, plan().standIns], [{}, {}]);
  }).timeout(60_000);

  it("are as before after a preview, and a stack that was made for it is gone, also when it was stopped", async () => {
    const before = readFileSync(join(settingsDirectory("mine"), "Pulumi.mine.yaml"), "utf8");
    const { stack, ...settings } = plan({ databaseSizeGi: "7" }).platform;
    await leavingNoTrace(engine, stack, async (open) => {
      await open(settings);
      assert.equal(plan().remembered["databaseSizeGi"], "7");
    });
    assert.equal(readFileSync(join(settingsDirectory("mine"), "Pulumi.mine.yaml"), "utf8"), before);
    assert.deepEqual(plan().remembered, {});

    const stopped = leavingNoTrace(engine, "other", async (open) => {
      await open(settings);
      throw new Error("stopped");
    });
    await assert.rejects(stopped, /^Error: stopped$/);
    assert.equal(await stackExists(engine, "other"), false);
    assert.equal(existsSync(settingsDirectory("other")), false);
  }).timeout(60_000);

  it("do not make a stack that was only opened an old one", async () => {
    assert.equal(await stackExists(engine, "mine"), true);
    assert.equal(await stackHasResources(engine, "mine"), false);
  }).timeout(60_000);
});
