import assert from "node:assert/strict";
import {
  compact,
  flag,
  fromApi,
  list,
  number,
  object,
  oneOf,
  required,
  shapeFailures,
  tags,
  text,
  toApi,
  type Fields,
} from "../../../../../local-cloud/providers/aws/shape";
import { UNKNOWN, type Properties } from "../../../../../local-cloud/providers/framework/provider";

const fields: Fields = {
  rules: required(
    list({
      id: { ...required(text), as: "ID" },
      status: oneOf("Enabled", "Disabled"),
      days: number,
      marker: flag,
      filter: object({ tags }),
    }),
  ),
};

describe("shape of inputs", () => {
  const cases: [string, Properties, string[]][] = [
    ["fits", { rules: [{ id: "a", status: "Enabled", days: 1, filter: { tags: { x: "y" } } }] }, []],
    ["is not known yet", { rules: UNKNOWN }, []],
    ["holds what is not known yet", { rules: [{ id: UNKNOWN, days: UNKNOWN }] }, []],
    ["lacks what it needs", {}, ["rules: is missing"]],
    [
      "has another value",
      { rules: [{ id: "a", status: "On" }] },
      ['rules[0].status: must be Enabled or Disabled, not "On"'],
    ],
    ["has another type", { rules: [{ id: "a", days: "1" }] }, ["rules[0].days: must be a whole number"]],
    ["is no list", { rules: "a" }, ["rules: must be a list"]],
    ["has an item that is no object", { rules: ["a"] }, ["rules[0]: must be an object"]],
    [
      "has an input that is not served",
      { rules: [{ id: "a", transitions: [{ days: 1 }] }] },
      ["rules[0].transitions: is not served by the embedded aws provider; it needs the upstream provider"],
    ],
  ];
  for (const [what, inputs, expected] of cases)
    it(what, () => {
      const failures = shapeFailures(inputs, fields).map(({ property, reason }) => `${property}: ${reason}`);
      assert.deepEqual(failures, expected);
    });

  it("comes back as it went", () => {
    const inputs = {
      rules: [{ id: "a", status: "Enabled", days: 1, marker: true, filter: { tags: { x: "y" } } }],
    };
    const sent = toApi(inputs, fields);
    assert.deepEqual(sent, {
      Rules: [
        { ID: "a", Status: "Enabled", Days: 1, Marker: true, Filter: { Tags: [{ Key: "x", Value: "y" }] } },
      ],
    });
    assert.deepEqual(fromApi(sent, fields), inputs);
  });

  it("leaves out what the API does not tell from what was not set", () => {
    const told = { Rules: [{ ID: "a", Marker: false, Filter: { Tags: [] }, Other: 1 }] };
    assert.deepEqual(fromApi(told, fields), { rules: [{ id: "a" }] });
  });

  it("makes two ways to say the same the same", () => {
    assert.deepEqual(compact({ a: false, b: null, c: {}, d: [], e: { f: false }, g: 0, h: "" }), {
      g: 0,
      h: "",
    });
  });
});
