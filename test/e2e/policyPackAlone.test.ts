import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { preparePolicyAnalyzer } from "../../automation/policyAnalyzer";
import { resolveTools } from "@lstm-pfd/local-cloud/toolchain/resolve";
import { tools } from "@lstm-pfd/local-cloud/toolchain/tools";
import { projectRoot } from "../../lib/paths";
import { leavesNothing } from "./leavesNothing";

/** Previews a key that may be deleted in a week, under the pack that is installed beside it; prints what the engine says. */
const program = `
const { dirname } = require("node:path");
const pulumi = require("@pulumi/pulumi");
const { LocalWorkspace } = require("@pulumi/pulumi/automation");
class Registered extends pulumi.ComponentResource {}
const pack = dirname(require.resolve("@lstm-pfd/policies/package.json"));
const config = require.resolve("@lstm-pfd/policies/config/prod.json");
const register = async () => {
  new Registered("aws:kms/key:Key", "key", { enableKeyRotation: true, deletionWindowInDays: Number(process.argv[2]) }, { protect: true });
};
(async () => {
  const stack = await LocalWorkspace.createOrSelectStack(
    { projectName: "alone", stackName: "test", program: register },
    { workDir: __dirname, envVars: { PULUMI_BACKEND_URL: "file://" + __dirname, PULUMI_CONFIG_PASSPHRASE: "alone" } },
  );
  await stack.preview({ policyPacks: [pack], policyPackConfigs: [config], onOutput: (text) => process.stdout.write(text) });
})().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
`;

/** How a process ended. */
interface Ended {
  passed: boolean;
  output: string;
}

function run(command: string, args: readonly string[], cwd: string, path?: string): Promise<Ended> {
  const env = {
    ...process.env,
    ...(path === undefined ? {} : { PATH: path }),
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  return new Promise((resolve) => {
    execFile(command, args, { cwd, env }, (error, stdout, stderr) => {
      resolve({ passed: error === null, output: stripVTControlCharacters(stdout + stderr) });
    });
  });
}

leavesNothing("the policy pack alone", () => {
  let directory = "";
  let project = "";
  let path = "";

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "pack-"));
    project = join(directory, "project");
    mkdirSync(project);
    const packed = await run(
      "npm",
      ["pack", "--workspace", "policies", "--pack-destination", directory],
      projectRoot,
    );
    assert.ok(packed.passed, packed.output);
    writeFileSync(join(project, "package.json"), JSON.stringify({ private: true }));
    const archive = readdirSync(directory).find((file) => file.endsWith(".tgz"));
    assert.ok(archive, packed.output);
    // What this project has installed is in the cache of npm, as a rule.
    const installed = await run(
      "npm",
      ["install", "--prefer-offline", "--no-audit", "--no-fund", join(directory, archive)],
      project,
    );
    assert.ok(installed.passed, installed.output);
    writeFileSync(join(project, "preview.cjs"), program);
    const { executables } = await resolveTools(tools.filter(({ name }) => name === "pulumi"));
    assert.ok(executables["pulumi"], 'there is no pulumi yet: run "npm run toolchain" first');
    path = [dirname(executables["pulumi"]), await preparePolicyAnalyzer(), process.env["PATH"] ?? ""].join(
      delimiter,
    );
  });

  after(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  it("stops a preview in an empty project", async () => {
    const { passed, output } = await run(process.execPath, ["preview.cjs", "7"], project, path);
    assert.equal(passed, false);
    assert.match(output, /\[mandatory\].* kms-key /);
    assert.match(output, /Key "key": deletionWindowInDays is 7, must be at least 30/);
  });

  it("lets pass what is good", async () => {
    const { passed, output } = await run(process.execPath, ["preview.cjs", "30"], project, path);
    assert.ok(passed, output);
    assert.match(output, /✅ lstm-pfd-recovery@v/);
  });
});
