import assert from "node:assert/strict";
import { backupRequest, openQuestions } from "../../../cli/backupRequest";
import { parseCommandLine, UsageError } from "../../../cli/commandLine";

const asked = (...words: string[]) => backupRequest(parseCommandLine(["backup", ...words]).options);

describe("what a backup is asked for", () => {
  it("is a backup, or a snapshot of the models that is to count", () => {
    assert.deepEqual(asked("database"), { what: "database" });
    assert.deepEqual(asked("models"), { what: "models" });
    assert.deepEqual(asked("dump"), { what: "dump" });
    assert.deepEqual(asked("models", "--confirm", "models-20260131-030000"), {
      what: "models",
      confirm: "models-20260131-030000",
    });
  });

  for (const words of [
    [],
    ["config"],
    ["models", "database"],
    ["database", "--confirm", "models-20260131-030000"],
    ["dump", "--confirm", "models-20260131-030000"],
    ["models", "--confirm", "latest"],
    ["models", "--confirm", ""],
  ])
    it(`is refused before anything is looked at: ${words.join(" ") || "nothing"}`, () => {
      assert.throws(() => asked(...words), UsageError);
    });
});

describe("what a person has to look at after a backup", () => {
  const name = "models-20260131-030000";
  for (const [what, result, questions] of [
    ["a backup of the database", { label: "20260131-020000F" }, []],
    ["no result", undefined, []],
    [
      "a snapshot",
      { action: "committed", bytesOnly: { count: 0, first: [] }, latest: { snapshot: name } },
      [],
    ],
    [
      "an unconfirmed one",
      { action: "unconfirmed", name, reason: "it has 1 B", remedy: "confirm it" },
      [`${name} is unconfirmed: it has 1 B; confirm it`],
    ],
    [
      "one that waits",
      { action: "unchanged", name, unconfirmed: true, latest: {} },
      [`${name} holds the same files and is unconfirmed: npm run backup -- models --confirm ${name}`],
    ],
    [
      "formats that tell nothing, and a copy that is behind",
      { action: "committed", bytesOnly: { count: 3, first: ["a", "b"] }, latest: { problem: "no" } },
      [
        "whether these are whole, their format does not tell, and only bytes were compared: a, b and 1 more",
        "models/latest/: no",
      ],
    ],
  ] as const)
    it(`is, of ${what}: ${questions.length}`, () => {
      assert.deepEqual(openQuestions(result), questions);
    });
});
