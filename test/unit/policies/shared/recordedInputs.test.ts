import assert from "node:assert/strict";
import { classCoverage } from "../../../../policies/rules/classCoverage";
import { inputRecorder } from "../../../../policies/shared/recordedInputs";
import { cronJob, restoreJob } from "../cronJobSample";
import { examineResource, examineStack } from "../examine";

const config = { classes: ["recorded"] };
const programmed = [cronJob({ className: "recorded" }), restoreJob("recorded")];
/** What a provider that is not configured answers. */
const answered = programmed.map((sample) => ({ ...sample, props: {} }));

describe("recorded inputs", () => {
  it("stand in for what a provider does not answer", async () => {
    assert.equal((await examineStack(classCoverage, answered, config)).violations.length, 2);
    for (const sample of programmed)
      assert.deepEqual(await examineResource(inputRecorder, sample), { violations: [] });
    assert.deepEqual(await examineStack(classCoverage, answered, config), { violations: [] });
  });
});
