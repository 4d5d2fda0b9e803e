import assert from "node:assert/strict";
import type {
  CallContext,
  KnownState,
  Properties,
  ResourceHandler,
} from "../../../../../local-cloud/providers/framework/provider";
import { UNKNOWN } from "../../../../../local-cloud/providers/framework/provider";
import {
  checkText,
  drawText,
  randomPassword,
  randomString,
} from "../../../../../local-cloud/providers/random/text";

const context: CallContext = {
  urn: "urn:pulumi:s::p::random:index/randomPassword:RandomPassword::n",
  preview: false,
  signal: new AbortController().signal,
  log: () => undefined,
};

describe("drawing a text", () => {
  const cases: [string, Properties, RegExp][] = [
    ["every class", {}, /^[A-Za-z0-9!@#$%&*()\-_=+[\]{}<>:?]{200}$/],
    ["letters and digits", { special: false }, /^[A-Za-z0-9]{200}$/],
    ["capitals and digits", { lower: false, special: false }, /^[A-Z0-9]{200}$/],
    ["one class", { upper: false, lower: false, special: false }, /^[0-9]{200}$/],
  ];
  for (const [what, inputs, pattern] of cases)
    it(`takes ${what}`, () => {
      assert.match(drawText({ length: 200, ...inputs }), pattern);
    });

  it("takes every character of a class, and never draws the same text", () => {
    const texts = Array.from({ length: 50 }, () => drawText({ length: 100, special: false }));
    assert.equal(new Set(texts.join("")).size, 62);
    assert.equal(new Set(texts).size, texts.length);
  });
});

describe("inputs of a text", () => {
  const cases: [string, Properties, string[]][] = [
    ["a length", { length: 8 }, []],
    ["what is not known yet", { length: UNKNOWN, upper: UNKNOWN }, []],
    ["no length", {}, ["length"]],
    ["a length of nothing", { length: 0 }, ["length"]],
    ["a fraction", { length: 1.5 }, ["length"]],
    ["no class", { length: 3, upper: false, lower: false, numeric: false, special: false }, ["special"]],
    ["an input that only the upstream provider has", { length: 3, minUpper: 1 }, ["minUpper"]],
    ["an input that does not exist", { length: 3, size: 3 }, ["size"]],
  ];
  for (const [what, inputs, properties] of cases)
    it(`are ${properties.length === 0 ? "taken" : "refused"}: ${what}`, () => {
      assert.deepEqual(
        checkText(inputs).map(({ property }) => property),
        properties,
      );
    });
});

describe("a random text", () => {
  const diffOf = (handler: ResourceHandler, old: Properties, now: Properties): string[] => {
    const known: KnownState = { id: "x", inputs: old, outputs: {} };
    const difference = handler.diff?.(known, now, context);
    assert.ok(difference && "changes" in difference);
    return Object.entries(difference.changes).map(([path, change]) => `${change} ${path}`);
  };
  const changes: [string, Properties, Properties, string[]][] = [
    ["a default that is now said", { length: 8 }, { length: 8, special: true }, []],
    ["another length", { length: 8 }, { length: 9 }, ["update-replace length"]],
    ["a class less", { length: 8 }, { length: 8, special: false }, ["update-replace special"]],
    ["an input that is null", { length: 8 }, { length: 8, special: null }, []],
  ];
  for (const [what, old, now, expected] of changes)
    it(`is drawn anew, or not, for ${what}`, () => {
      assert.deepEqual(diffOf(randomPassword, old, now), expected);
    });

  it("is previewed as unknown, and drawn only in the run", async () => {
    const preview = await randomPassword.create({ length: 12 }, { ...context, preview: true });
    assert.equal(preview.outputs["result"], UNKNOWN);
    const { id, outputs } = await randomPassword.create({ length: 12 }, context);
    assert.equal(id, "none");
    const { result } = outputs;
    assert.ok(typeof result === "string");
    assert.equal(result.length, 12);
    assert.deepEqual(randomPassword.secretOutputs, ["result"]);
  });

  it("is imported by its value", async () => {
    const password = await randomPassword.read({ id: "an old one", inputs: {}, outputs: {} }, context);
    assert.ok(password);
    assert.equal(password.id, "none");
    assert.deepEqual(password.inputs, { length: 10 });
    assert.equal(password.outputs["result"], "an old one");
    const text = await randomString.read({ id: "abc", inputs: {}, outputs: {} }, context);
    assert.deepEqual([text?.id, text?.outputs["result"]], ["abc", "abc"]);
  });

  it("stays as it is when it is refreshed", async () => {
    const known = { id: "none", inputs: { length: 1 }, outputs: { result: "a" } };
    assert.deepEqual(await randomPassword.read(known, context), known);
  });
});
