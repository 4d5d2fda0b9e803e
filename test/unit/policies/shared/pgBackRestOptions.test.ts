import assert from "node:assert/strict";
import { pgBackRestOptions } from "../../../../policies/shared/pgBackRestOptions";

const kept = (text: string, command = "backup"): (string | undefined)[] =>
  pgBackRestOptions(text, command).map((options) => options.get("repo1-retention-full"));

describe("pgBackRestOptions", () => {
  const cases: [title: string, text: string, retention: (string | undefined)[]][] = [
    ["without blanks", "[global]\nrepo1-retention-full=14\n", ["14"]],
    ["with blanks", "  [global]\n  repo1-retention-full  =  14  \n", ["14"]],
    ["with the line ends of Windows", "[global]\r\nrepo1-retention-full=14\r\n", ["14"]],
    ["in a comment", "[global]\n# repo1-retention-full=14\n", [undefined]],
    ["with a sign that begins no comment there", "[global]\nrepo1-retention-full=14 # days\n", ["14 # days"]],
    ["of a stanza", "[global]\nrepo1-retention-full=14\n[main]\nrepo1-retention-full=2\n", ["2"]],
    [
      "of a stanza that comes first",
      "[main]\nrepo1-retention-full=2\n[global]\nrepo1-retention-full=14\n",
      ["2"],
    ],
    ["of a command", "[global]\nrepo1-retention-full=14\n[global:backup]\nrepo1-retention-full=2\n", ["2"]],
    [
      "of another command",
      "[global]\nrepo1-retention-full=14\n[global:info]\nrepo1-retention-full=2\n",
      ["14"],
    ],
    [
      "of two stanzas",
      "[global]\nrepo1-retention-full=14\n[a]\nrepo1-retention-full=2\n[b]\npg1-path=/x\n",
      ["2", "14"],
    ],
    [
      "of a stanza's command",
      "[main:backup]\nrepo1-retention-full=3\n[main]\nrepo1-retention-full=2\n",
      ["3"],
    ],
    ["nowhere", "", [undefined]],
  ];
  for (const [title, text, retention] of cases)
    it(`finds an option ${title}`, () => {
      assert.deepEqual(kept(text), retention);
    });
});
