import assert from "node:assert/strict";
import { headOf, type LineageObject, readLineage, unsettledOf } from "../../../../jobs/lineage/readLineage";
import { claimKey, collectedKey, outcomeKey } from "../../../../jobs/lineage/records";
import { claim, collected, opened, withdrawn } from "./samples";

const object = (key: string, record: object, changes: Partial<LineageObject> = {}): LineageObject => ({
  key,
  versions: 1,
  deleted: false,
  text: JSON.stringify(record),
  modifiedAt: new Date("2026-01-01T00:00:00Z"),
  ...changes,
});
const two = (): LineageObject[] => [
  object(claimKey(1), claim(1)),
  object(outcomeKey(1), opened(1)),
  object(claimKey(2), claim(2)),
];

describe("the lineage in the bucket", () => {
  it("has its head at the highest opened generation", () => {
    const lineage = readLineage([
      ...two(),
      object(outcomeKey(2), withdrawn(2)),
      object(claimKey(3), claim(3)),
      object(outcomeKey(3), opened(3)),
      object(claimKey(4), claim(4)),
    ]);
    assert.equal(headOf(lineage)?.number, 3);
    assert.deepEqual(
      unsettledOf(lineage).map(({ number }) => number),
      [4],
    );
    assert.deepEqual(lineage.generations[1]?.outcome, withdrawn(2));
  });

  it("is empty where nothing is", () => {
    const lineage = readLineage([]);
    assert.deepEqual(lineage, { generations: [] });
    assert.equal(headOf(lineage), undefined);
  });

  it("knows what was collected", () => {
    const lineage = readLineage([...two(), object(collectedKey(1), collected(1))]);
    assert.deepEqual(
      lineage.generations.map(({ collected }) => collected),
      [collected(1), undefined],
    );
  });

  const faults: [what: string, objects: LineageObject[], reason: RegExp][] = [
    [
      "a claim is missing",
      [object(claimKey(1), claim(1)), object(claimKey(3), claim(3))],
      /no claim of generation 2, although it goes up to generation 3/,
    ],
    [
      "a claim was deleted",
      [object(claimKey(1), claim(1), { deleted: true })],
      /0001-claim\.json was deleted \(2026-01-01/,
    ],
    [
      "a record was written twice",
      [object(claimKey(1), claim(1), { versions: 2 })],
      /0001-claim\.json was written 2 times/,
    ],
    [
      "a generation is said to be removed that is another one",
      [object(claimKey(1), claim(1)), object(collectedKey(1), collected(2))],
      /0001-collected\.json speaks of generation 2/,
    ],
    ["an outcome has no claim", [object(outcomeKey(1), opened(1))], /no claim of generation 1/],
    [
      "another life opened it",
      [object(claimKey(1), claim(1)), object(outcomeKey(1), opened(1, { life: "x" }))],
      /claimed by life life-1 and opened by life x/,
    ],
    [
      "a record speaks of another generation",
      [object(claimKey(1), claim(2))],
      /0001-claim\.json speaks of generation 2/,
    ],
    [
      "a record is cut off",
      [object(claimKey(1), claim(1), { text: '{"generation":1,' })],
      /0001-claim\.json cannot be understood/,
    ],
    ["a field is missing", [object(claimKey(1), { ...claim(1), life: undefined })], /no field "life"/],
    [
      "an outcome is neither",
      [object(claimKey(1), claim(1)), object(outcomeKey(1), { state: "lost", generation: 1 })],
      /neither "opened" nor "withdrawn"/,
    ],
    [
      "the content cannot be had",
      [{ key: claimKey(1), versions: 1, deleted: false, modifiedAt: new Date(0) }],
      /cannot be read/,
    ],
    ["something else lies there", [object("wal/lineage/notes.txt", {})], /notes\.txt is no record/],
  ];
  for (const [what, objects, reason] of faults)
    it(`is refused when ${what}, with what to do`, () => {
      assert.throws(
        () => readLineage(objects),
        (error: Error) => reason.test(error.message) && /bring them back as they were/.test(error.message),
      );
    });
});
