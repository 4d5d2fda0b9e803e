import assert from "node:assert/strict";
import { requireUnforked } from "../../../../jobs/lineage/forkedPath";
import { lineage, opened } from "./samples";

describe("an expiry in a path that was adopted", () => {
  const adopted = (timeline: number, deadTimelines: number[]) =>
    lineage(opened(1, { timeline, timelines: [1, timeline], deadTimelines }));

  it("is refused where a dead timeline has the higher number, and names both", () => {
    assert.throws(() => {
      requireUnforked(adopted(2, [3]), 1);
    }, /holds timeline 3 of another life beside timeline 2/);
  });

  it("goes on where the living one has the highest, and in every path of one life", () => {
    requireUnforked(adopted(4, [2, 3]), 1);
    requireUnforked(lineage(opened(1), opened(2)), 2);
  });
});
