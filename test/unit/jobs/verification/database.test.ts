import assert from "node:assert/strict";
import { schemaProblem } from "../../../../jobs/verification/database";

describe("the schema of a database", () => {
  const cases: [string, Record<string, number>, RegExp | undefined][] = [
    ["no tables", {}, /^there is no table in the schema "public": /],
    ["tables without rows", { experiments: 0, users: 0 }, undefined],
    ["tables with rows", { experiments: 3, users: 0 }, undefined],
  ];
  for (const [what, rowCounts, problem] of cases)
    it(`${problem === undefined ? "passes" : "is refused"} with ${what}`, () => {
      const found = schemaProblem(rowCounts);
      if (problem === undefined) assert.equal(found, undefined);
      else assert.match(found ?? "", problem);
    });
});
