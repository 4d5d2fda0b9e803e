import assert from "node:assert/strict";
import { optionsOfOne, type Registrations } from "../components/aws/recordRegistrations";
import { recordProgram, stacks } from "../recordProgram";

const job = "kubernetes:batch/v1:Job";

describe("a platform whose volume was deleted by hand", () => {
  let made: Registrations;
  before(async () => {
    made = await recordProgram(stacks["local"] ?? {});
  });

  for (const [name, trigger] of [
    ["recovery-database", "uid of volumes-database"],
    ["recovery-models", "uid of volumes-checkpoints"],
    ["verification", "uid of volumes-database uid of volumes-checkpoints"],
    ["first-backup", "uid of volumes-database"],
  ] as const)
    it(`runs ${name} again for the new one`, () => {
      const { replacementTrigger, deleteBeforeReplace } = optionsOfOne(made, job, name);
      assert.equal(replacementTrigger, trigger);
      assert.equal(deleteBeforeReplace, true);
    });
});
