import assert from "node:assert/strict";
import {
  changesOf,
  containsUnknown,
  differencesOf,
  formatPath,
  isBeneath,
  parsePath,
  type Path,
} from "../../../../../local-cloud/providers/framework/differences";
import { UNKNOWN, type Properties } from "../../../../../local-cloud/providers/framework/provider";

describe("paths", () => {
  const cases: [string, Path][] = [
    ["spec.replicas", ["spec", "replicas"]],
    ["spec.containers[0].env", ["spec", "containers", 0, "env"]],
    ['metadata.annotations["pulumi.com/skipAwait"]', ["metadata", "annotations", "pulumi.com/skipAwait"]],
    ['data["a\\"b"]', ["data", 'a"b']],
  ];
  for (const [text, path] of cases)
    it(`reads and writes ${text}`, () => {
      assert.deepEqual(parsePath(text), path);
      assert.equal(formatPath(path), text);
    });

  const beneath: [string, string, boolean][] = [
    ["spec.replicas", "spec", true],
    ["spec.replicas", "spec.replicas", true],
    ["spec", "spec.replicas", false],
    ["specification", "spec", false],
    ["spec.containers[3].image", "spec.containers[*].image", true],
    ["tags.a.name", "tags.*.name", true],
  ];
  for (const [path, pattern, expected] of beneath)
    it(`takes ${path} ${expected ? "" : "not "}as a part of ${pattern}`, () => {
      assert.equal(isBeneath(parsePath(path), parsePath(pattern)), expected);
    });
});

describe("changes", () => {
  const cases: [string, Properties, Properties, string[], Record<string, string>][] = [
    ["nothing", { a: [1, { b: null }] }, { a: [1, { b: null }] }, ["a"], {}],
    ["an addition", {}, { a: 1 }, [], { a: "add" }],
    ["a removal", { a: { b: 1, c: 2 } }, { a: { c: 2 } }, [], { "a.b": "delete" }],
    ["another type", { a: { b: 1 } }, { a: [1] }, [], { a: "update" }],
    ["a longer list", { a: [1] }, { a: [1, 2] }, [], { "a[1]": "add" }],
    ["what is not known yet", { a: 1 }, { a: UNKNOWN }, ["a"], { a: "update-replace" }],
    ["what replaces from above", {}, { spec: { selector: 1 } }, ["spec.selector"], { spec: "add-replace" }],
    ["what does not replace", { a: 1, b: 1 }, { a: 2, b: 2 }, ["b"], { a: "update", b: "update-replace" }],
  ];
  for (const [what, old, now, replaces, changes] of cases)
    it(`shows ${what}`, () => {
      assert.deepEqual(changesOf(differencesOf(old, now), replaces), changes);
    });

  it("know what is not known", () => {
    assert.equal(containsUnknown({ a: [{ b: UNKNOWN }] }), true);
    assert.equal(containsUnknown({ a: [null, 1] }), false);
  });
});
