import assert from "node:assert/strict";
import { refuseChange } from "../../../../components/shared/adoptedAsItIs";

describe("what is taken over", () => {
  const change = (oldInputs: object, newInputs: object) => () => {
    refuseChange({
      type: "aws:kms/key:Key",
      name: "vault",
      oldInputs: { ...oldInputs },
      newInputs: { ...newInputs },
    });
  };

  it("is not changed: the refusal names what differs, with both values, and what to do", () => {
    assert.throws(
      change(
        { __defaults: ["x"], enableKeyRotation: false, description: "same" },
        { __defaults: [], enableKeyRotation: true, description: "same" },
      ),
      {
        message:
          "aws:kms/key:Key vault is there already, and would be changed (enableKeyRotation is false, would become true); it was left as it is. " +
          "Give the stack the configuration that the vault was made with, or, if it is to be changed, set lstm-pfd:adoptChanges to true for one up.",
      },
    );
  });

  it("is not changed where nothing is seen to differ either", () => {
    assert.throws(change({}, {}), /would be changed \(in what the provider does not tell\)/);
  });
});
