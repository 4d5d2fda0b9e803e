import assert from "node:assert/strict";
import { kitOf } from "../../../automation/layers";

describe("what a vault tells", () => {
  it("is its output kit", () => {
    const kit = { bucket: "backups" };
    assert.deepEqual(kitOf("local-vault", { kit: { value: kit, secret: true } }), kit);
  });

  it("is missing where the stack is no vault, or has never come up", () => {
    for (const outputs of [{}, { kubeconfig: { value: "of a platform", secret: true } }])
      assert.throws(() => kitOf("local", outputs), {
        message:
          'stack local has no output "kit": it is no vault, or its "up" has never succeeded; bring it up first',
      });
  });
});
