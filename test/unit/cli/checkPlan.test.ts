import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkPlan } from "../../../cli/checkPlan";
import { run as backup } from "../../../cli/commands/backup";
import { run as down } from "../../../cli/commands/down";
import { parseCommandLine, UsageError } from "../../../cli/commandLine";
import { stackPlan } from "../../../cli/stackPlan";
import { ConfigError } from "../../../config/config";
import { writeKit } from "../../../kit/recoveryKit";

const elsewhere = ["--config", "cluster=kubeconfig", "--config", "objectStore=s3"];
const zeroDays = ["--config", "walRetentionDays=0"];

describe("the check of a plan", () => {
  const before_ = { ...process.env };
  let state = "";

  beforeEach(() => {
    state = mkdtempSync(join(tmpdir(), "check-plan-"));
    process.env["LSTM_PFD_STATE"] = state;
    process.env["PULUMI_CONFIG_PASSPHRASE"] = "of the test";
  });
  afterEach(() => {
    process.env = { ...before_ };
    rmSync(state, { recursive: true });
  });

  function check(...words: string[]): string {
    const { options } = parseCommandLine(["down", "--stack", "of-the-test", ...words]);
    return checkPlan(stackPlan(options)).layer;
  }

  it("looks at the vault alone as long as there is no recovery kit", () => {
    assert.equal(check(), "vault");
    assert.throws(() => check(...zeroDays), /walRetentionDays is "0"/);
  });

  it("looks at the platform too once there is one", () => {
    writeKit(join(state, "kits", "of-the-test.kit"), { dbPassword: "of the database" });
    assert.throws(() => check(), /jwtSecret is not set: a platform needs it from the recovery kit/);
  });

  it("looks at the platform where the vault is another's", () => {
    assert.throws(() => check(...elsewhere), /kubeconfig is not set/);
  });

  for (const [name, command, words] of [
    ["down", down, ["down"]],
    ["backup", backup, ["backup", "models"]],
  ] as const)
    it(`stops ${name} before an engine is looked for, or anything is written`, async () => {
      const { options } = parseCommandLine([...words, "--stack", "of-the-test", ...elsewhere, ...zeroDays]);
      await assert.rejects(
        command(options, new AbortController().signal),
        (error) => error instanceof ConfigError && /walRetentionDays is "0"/.test(error.message),
      );
      assert.equal(existsSync(join(state, "pulumi")), false);
    });

  it("has no vault to remove where that is another's", async () => {
    const { options } = parseCommandLine(["down", "--stack", "of-the-test", "--vault", ...elsewhere]);
    await assert.rejects(
      down(options, new AbortController().signal),
      (error) =>
        error instanceof UsageError && /^--vault: the object store of stack of-the-test /.test(error.message),
    );
  });
});
