import assert from "node:assert/strict";
import { UNKNOWN, type PropertyValue } from "../../../../../local-cloud/providers/framework/provider";
import { redactor } from "../../../../../local-cloud/providers/framework/redaction";
import {
  decode,
  decodeValue,
  encode,
  fromStruct,
  markNamed,
  markSecrets,
  toStruct,
  type Wire,
} from "../../../../../local-cloud/providers/framework/wire";
import { OUTPUT, RESOURCE, secret, signed } from "./wireSamples";

const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

describe("properties as they travel", () => {
  const read: [string, Wire, PropertyValue][] = [
    ["a text", "a", "a"],
    ["nothing", null, null],
    ["a secret", secret("a"), "a"],
    ["a secret within a secret", secret(secret(1)), 1],
    ["an unknown text", unknownText, UNKNOWN],
    ["an unknown list", "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", UNKNOWN],
    ["an unknown secret", secret(unknownText), UNKNOWN],
    ["a known output", signed(OUTPUT, { value: true, secret: true }), true],
    ["an output that is not known", signed(OUTPUT, { secret: false }), UNKNOWN],
    ["a reference to a resource", signed(RESOURCE, { urn: "urn:x", id: "i-1" }), "i-1"],
    ["a reference to a component", signed(RESOURCE, { urn: "urn:x" }), "urn:x"],
    ["a reference to a resource without id yet", signed(RESOURCE, { urn: "urn:x", id: "" }), UNKNOWN],
    ["what is nested", { a: [secret({ b: unknownText })] }, { a: [{ b: UNKNOWN }] }],
  ];
  for (const [what, wire, value] of read)
    it(`reads ${what}`, () => {
      assert.deepEqual(decodeValue(wire), value);
    });

  it("go through a message and back unchanged", () => {
    const properties = {
      n: 1.5,
      t: "",
      no: false,
      nil: null,
      list: [1, "a", [null]],
      o: { p: { q: secret("s") } },
    };
    assert.deepEqual(fromStruct(toStruct(properties)), properties);
    assert.deepEqual(fromStruct(undefined), {});
  });

  it("are written with unknowns the engine knows", () => {
    assert.deepEqual(encode({ a: [UNKNOWN], b: { c: 1 } }), { a: [unknownText], b: { c: 1 } });
    assert.deepEqual(decode(encode({ a: UNKNOWN })), { a: UNKNOWN });
  });
});

describe("secrets of outputs", () => {
  const cases: [string, Record<string, Wire>, Record<string, Wire>, Record<string, Wire>][] = [
    ["an output of a secret input", { a: "x" }, { a: secret("x") }, { a: secret("x") }],
    ["an output of an open input", { a: "x" }, { a: "x" }, { a: "x" }],
    [
      "only that member which is secret",
      { data: { p: "x", q: "y" } },
      { data: { p: secret("x"), q: "y" } },
      { data: { p: secret("x"), q: "y" } },
    ],
    ["a whole list", { l: ["x", "y"] }, { l: [secret("x"), "y"] }, { l: secret(["x", "y"]) }],
    [
      "an object whose input is secret as a whole",
      { o: { a: 1 } },
      { o: secret({ a: 1 }) },
      { o: secret({ a: 1 }) },
    ],
    ["an output that is marked already", { a: secret("x") }, { a: secret("y") }, { a: secret("x") }],
    [
      "an output of an output value",
      { a: "x" },
      { a: signed(OUTPUT, { value: "x", secret: true }) },
      { a: secret("x") },
    ],
  ];
  for (const [what, outputs, inputs, marked] of cases)
    it(`marks ${what}`, () => {
      assert.deepEqual(markSecrets(outputs, inputs), marked);
    });

  it("are marked by name", () => {
    assert.deepEqual(markNamed({ a: 1, b: 2 }, ["b", "c"]), { a: 1, b: secret(2) });
  });
});

describe("redaction", () => {
  const redact = redactor({
    password: secret("hunter2hunter2"),
    short: secret("abc"),
    name: secret("postgresql"),
    metadata: { name: "postgresql" },
    quoted: secret('say "hello" now'),
  });
  const cases: [string, string, string][] = [
    ["a secret", "got hunter2hunter2.", "got [secret]."],
    ["a secret in base64", `data: ${Buffer.from("hunter2hunter2").toString("base64")}`, "data: [secret]"],
    ["a secret within JSON", '{"a":"say \\"hello\\" now"}', '{"a":"[secret]"}'],
  ];
  for (const [what, text, expected] of cases)
    it(`blacks out ${what}`, () => {
      assert.equal(redact(text), expected);
    });
  it("leaves what is a name elsewhere, and what is too short to tell", () => {
    assert.equal(redact("postgresql abc"), "postgresql abc");
  });
});
