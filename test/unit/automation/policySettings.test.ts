import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { type Config, parseConfig } from "../../../config/config";
import { policySettings, withPolicies } from "../../../automation/policySettings";
import { rules } from "@lstm-pfd/policies/rules";

const vault = { "lstm-pfd:layer": "vault" };
const local = (changes: Record<string, string> = {}): Config => parseConfig({ ...vault, ...changes });

/** A vault at AWS, as far as the rules' settings depend on it. */
const atAws = (changes: Partial<Config> = {}): Config => ({
  ...local(),
  objectStore: { kind: "aws" },
  ...changes,
});

describe("settings of the policy pack", () => {
  it("name rules that there are, and settings that they have", () => {
    for (const [name, settings] of Object.entries({
      ...policySettings(local()),
      ...policySettings(atAws()),
    })) {
      const rule = rules.find((each) => each.name === name);
      assert.ok(rule, name);
      if (typeof settings === "string") continue;
      for (const key of Object.keys(settings as object))
        assert.ok(key in (rule.configSchema?.properties ?? {}), `${name}.${key}`);
    }
  });

  it("are those of the place", () => {
    assert.deepEqual(policySettings(local())["s3-encryption"], { algorithm: "AES256" });
    assert.deepEqual(policySettings(atAws())["image-pinned"], { requireDigest: true });
  });

  it("follow the configuration to what is longer, and not below the runbook", () => {
    const settings = policySettings(
      local({ "lstm-pfd:walRetentionDays": "3", "lstm-pfd:modelsRetentionDays": "60" }),
    );
    const { classes } = settings["retention-per-class"] as { classes: Record<string, object> };
    assert.deepEqual(classes["wal"], { prefix: "wal/", days: 7 });
    assert.deepEqual(classes["models"], { prefix: "models/", days: 60 });
    assert.deepEqual(settings["retention-repository"], { days: 7 });
    assert.deepEqual(policySettings(local({ "lstm-pfd:walRetentionDays": "14" }))["retention-repository"], {
      days: 14,
    });
  });

  it("follow the objectives", () => {
    const settings = policySettings(
      local({ "lstm-pfd:rpoObjectiveSeconds": "120", "lstm-pfd:modelsLossObjectiveSeconds": "20000" }),
    );
    assert.deepEqual(settings["wal-archive-timeout"], { objectiveSeconds: 120 });
    assert.deepEqual(settings["backup-within-objective"], { objectiveSeconds: { models: 20000 } });
  });

  it("take unprotected data on one machine, and nowhere else", () => {
    assert.equal(policySettings(local())["stateful-protected"], undefined);
    assert.equal(
      policySettings(local({ "lstm-pfd:protectData": "false" }))["stateful-protected"],
      "disabled",
    );
    assert.notEqual(policySettings(atAws({ protectData: false }))["stateful-protected"], "disabled");
  });

  it("are in a file as long as they are needed", async () => {
    let file = "";
    await withPolicies({ "kms-key": "disabled" }, ({ settings }) => {
      file = settings;
      assert.deepEqual(JSON.parse(readFileSync(file, "utf8")), { "kms-key": "disabled" });
      return Promise.resolve();
    });
    assert.equal(existsSync(file), false);
  });
});
