import assert from "node:assert/strict";
import type {
  CallContext,
  KnownState,
  Properties,
  ResourceHandler,
} from "../../../../../local-cloud/providers/framework/provider";
import { UNKNOWN } from "../../../../../local-cloud/providers/framework/provider";
import { drawText, type TextRules } from "../../../../../local-cloud/providers/random/drawText";
import { checkText, randomPassword, randomString } from "../../../../../local-cloud/providers/random/text";

const context: CallContext = {
  urn: "urn:pulumi:s::p::random:index/randomPassword:RandomPassword::n",
  preview: false,
  signal: new AbortController().signal,
  log: () => undefined,
};
const rules: TextRules = {
  length: 200,
  upper: true,
  lower: true,
  numeric: true,
  special: true,
  minUpper: 0,
  minLower: 0,
  minNumeric: 0,
  minSpecial: 0,
  overrideSpecial: "",
};

describe("drawing a text", () => {
  const cases: [string, Partial<TextRules>, RegExp][] = [
    ["every class", {}, /^[A-Za-z0-9!@#$%&*()\-_=+[\]{}<>:?]{200}$/],
    ["one class", { upper: false, lower: false, special: false }, /^[0-9]{200}$/],
    [
      "own special characters",
      { upper: false, lower: false, numeric: false, overrideSpecial: "é_" },
      /^[é_]{200}$/,
    ],
    ["a minimum that is all there is", { length: 3, minNumeric: 3 }, /^[0-9]{3}$/],
    ["the minimum of a class that is off", { length: 2, special: false, minSpecial: 2 }, /^[^A-Za-z0-9]{2}$/],
  ];
  for (const [what, change, pattern] of cases)
    it(`takes ${what}`, () => {
      assert.match(drawText({ ...rules, ...change }), pattern);
    });

  it("keeps every minimum, in any order", () => {
    const wanted = { ...rules, length: 8, minUpper: 2, minLower: 2, minNumeric: 2, minSpecial: 2 };
    const texts = Array.from({ length: 50 }, () => drawText(wanted));
    for (const text of texts)
      for (const pattern of [/[A-Z]/g, /[a-z]/g, /[0-9]/g, /[^A-Za-z0-9]/g])
        assert.equal(text.match(pattern)?.length, 2, text);
    assert.ok(new Set(texts.map((text) => text.replace(/[A-Z]/g, "A").indexOf("A"))).size > 2);
    assert.equal(new Set(texts).size, texts.length);
  });
});

describe("inputs of a text", () => {
  const cases: [string, Properties, string[]][] = [
    ["a length", { length: 8 }, []],
    ["what is not known yet", { length: UNKNOWN, minUpper: UNKNOWN }, []],
    ["no length", {}, ["length"]],
    ["a length of nothing", { length: 0 }, ["length"]],
    ["a fraction", { length: 1.5 }, ["length"]],
    ["a negative minimum", { length: 8, minUpper: -1 }, ["minUpper"]],
    ["minima beyond the length", { length: 3, minUpper: 2, minLower: 2 }, ["length"]],
    ["no class", { length: 3, upper: false, lower: false, numeric: false, special: false }, ["special"]],
    ["two names that contradict", { length: 3, number: true, numeric: false }, ["number"]],
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
    ["a default that is now said", { length: 8 }, { length: 8, special: true, minUpper: 0 }, []],
    ["the older name of an input", { length: 8, number: false }, { length: 8, numeric: false }, []],
    ["another length", { length: 8 }, { length: 9 }, ["update-replace length"]],
    [
      "another keeper",
      { length: 8, keepers: { a: "1" } },
      { length: 8, keepers: { a: "2" } },
      ["update-replace keepers.a"],
    ],
    ["a keeper that is null", { length: 8 }, { length: 8, keepers: { a: null } }, []],
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
