import assert from "node:assert/strict";
import * as random from "@pulumi/random";
import type { Stack } from "@pulumi/pulumi/automation";
import { EngineBench, operate } from "../engineBench";
import { leavesNothing } from "../leavesNothing";

leavesNothing("the embedded random provider in the engine", () => {
  let bench: EngineBench;
  let stack: Stack;
  let wanted = { length: 24, pet: false, imported: undefined as string | undefined };

  before(async () => {
    bench = await EngineBench.open(["random"]);
    stack = await bench.stack("random", () => {
      new random.RandomPassword("password", { length: wanted.length });
      new random.RandomString("string", { length: 8, special: false, upper: false });
      if (wanted.pet) new random.RandomPet("pet");
      if (wanted.imported !== undefined)
        new random.RandomPassword(
          "imported",
          { length: wanted.imported.length },
          { import: wanted.imported },
        );
    });
  });
  after(() => {
    bench.close();
  });

  it("draws once, and shows no secret", async () => {
    const up = await operate(stack, "up");
    assert.ok(up.passed, up.output);
    assert.equal(up.steps.filter((step) => step.startsWith("create random:")).length, 2);
    const state = JSON.stringify(await stack.exportStack());
    // The mark of a secret stands where the value would.
    assert.ok(/"result":\{"4dabf18193072939515e22adb298388d":/.test(state));
    assert.equal(/"result":"[^"]{24}"/.test(state), false);
  });

  it("changes nothing without a change, and finds no drift", async () => {
    assert.deepEqual((await operate(stack, "up")).steps, []);
    assert.deepEqual((await operate(stack, "refresh")).steps, []);
  });

  it("draws anew when the length changes", async () => {
    wanted = { ...wanted, length: 25 };
    assert.ok(
      (await operate(stack, "up")).steps.includes(
        "replace random:index/randomPassword:RandomPassword password",
      ),
    );
  });

  it("takes an existing password by its value", async () => {
    wanted = { ...wanted, imported: "an old password" };
    const up = await operate(stack, "up");
    assert.ok(up.passed, up.output);
    assert.deepEqual(up.steps, ["import random:index/randomPassword:RandomPassword imported"]);
    assert.deepEqual((await operate(stack, "up")).steps, []);
  });

  it("refuses a type that it does not know by name, in the preview", async () => {
    wanted = { ...wanted, pet: true };
    const preview = await operate(stack, "preview");
    assert.equal(preview.passed, false);
    assert.match(
      preview.output,
      /random:index\/randomPet:RandomPet is not a type that the embedded provider random knows/,
    );
    wanted = { ...wanted, pet: false };
  });

  it("is removed", async () => {
    const destroy = await operate(stack, "destroy");
    assert.ok(destroy.passed, destroy.output);
  });
});
