import assert from "node:assert/strict";
import { compareMinor, parseMinor } from "../../../../policies/shared/versions";

describe("parseMinor", () => {
  const cases: [text: string, minor: ReturnType<typeof parseMinor>][] = [
    ["1.36", { major: 1, minor: 36 }],
    ["v1.21.0", { major: 1, minor: 21 }],
    ["v1.36.2-eksbuild.1", { major: 1, minor: 36 }],
    ["1.36+", { major: 1, minor: 36 }],
    ["1", undefined],
    ["latest", undefined],
    ["", undefined],
  ];
  for (const [text, minor] of cases)
    it(`reads "${text}"`, () => {
      assert.deepEqual(parseMinor(text), minor);
    });
});

describe("compareMinor", () => {
  it("orders by number, not by text", () => {
    assert.ok(compareMinor({ major: 1, minor: 9 }, { major: 1, minor: 10 }) < 0);
    assert.ok(compareMinor({ major: 2, minor: 0 }, { major: 1, minor: 36 }) > 0);
    assert.equal(compareMinor({ major: 1, minor: 36 }, { major: 1, minor: 36 }), 0);
  });
});
