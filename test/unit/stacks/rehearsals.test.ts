import assert from "node:assert/strict";
import { recordProgram, stacks } from "../recordProgram";

const cronJob = "kubernetes:batch/v1:CronJob";

/** Names of what has to do with rehearsals, in a stack that lacks some keys. */
async function rehearsalsOf(stack: string, without: readonly string[]): Promise<string[]> {
  const config = Object.fromEntries(
    Object.entries(stacks[stack] ?? {}).filter(([key]) => !without.includes(key)),
  );
  const { resources } = await recordProgram(config);
  assert.ok(resources.some(({ type, name }) => type === cronJob && name === "backups-verify-database"));
  return resources
    .map(({ name }) => name)
    .filter((name) => /^(rehearsals|repository-evidence|identities-lstm-pfd-evidence)$/.test(name))
    .sort();
}

describe("the rehearsals of a platform", () => {
  it("run by the keys of the kit, or the role that it names", async () => {
    assert.deepEqual(await rehearsalsOf("local", []), ["rehearsals", "rehearsals", "repository-evidence"]);
    assert.deepEqual(await rehearsalsOf("prod", []), [
      "identities-lstm-pfd-evidence",
      "rehearsals",
      "rehearsals",
      "repository-evidence",
    ]);
  });

  it("are left out with a kit from before there was evidence: all else comes up", async () => {
    assert.deepEqual(await rehearsalsOf("local", ["evidenceAccessKeyId", "evidenceSecretAccessKey"]), []);
    assert.deepEqual(await rehearsalsOf("prod", ["evidenceRoleArn"]), []);
  });
}).timeout(20_000);
