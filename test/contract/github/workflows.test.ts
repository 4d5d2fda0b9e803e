import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../../lib/paths";
import { goTool } from "../../support/goTool";

/** An objection of actionlint. */
interface Objection {
  message: string;
  filepath: string;
  line: number;
  kind: string;
}

const workflows = join(projectRoot, ".github", "workflows");

describe("actionlint over the workflows", () => {
  let actionlint: string;
  before(async () => {
    actionlint = await goTool("actionlint", "github.com/rhysd/actionlint/cmd/actionlint");
  });

  function lint(files: readonly string[], input?: string): Objection[] {
    // Other programs that it would call where they are installed: the same verdict everywhere.
    const { status, stdout, stderr } = spawnSync(
      actionlint,
      ["-format", "{{json .}}", "-shellcheck=", "-pyflakes=", ...files],
      { cwd: projectRoot, encoding: "utf8", input },
    );
    assert.ok(status === 0 || status === 1, stderr);
    return JSON.parse(stdout) as Objection[];
  }

  it("finds nothing", () => {
    const files = readdirSync(workflows).map((name) => join(workflows, name));
    assert.ok(files.length >= 3);
    assert.deepEqual(
      lint(files).map(({ filepath, line, message }) => `${filepath}:${line}: ${message}`),
      [],
    );
  });

  const workflow = (step: string, job = ""): string =>
    [
      "on: pull_request",
      "jobs:",
      "  check:",
      "    runs-on: ubuntu-24.04",
      ...(job === "" ? [] : [`    ${job}`]),
      "    steps:",
      `      - ${step}`,
      "",
    ].join("\n");
  for (const [what, text, kinds] of [
    ["nothing wrong", workflow("run: npm test"), []],
    ["a key that no step has", workflow("runs: npm test"), ["syntax-check"]],
    ["a job that waits for none", workflow("run: npm test", "needs: build"), ["job-needs"]],
    ["a step that is not there", workflow("run: echo ${{ steps.build.outputs.digest }}"), ["expression"]],
    [
      "text of a stranger in a shell",
      workflow("run: echo ${{ github.event.pull_request.title }}"),
      ["expression"],
    ],
    ["a right that is none", workflow("run: npm test", "permissions: { content: read }"), ["permissions"]],
  ] as const)
    it(`${kinds.length === 0 ? "lets pass" : "objects to"} ${what}`, () => {
      assert.deepEqual([...new Set(lint(["-"], text).map(({ kind }) => kind))], kinds);
    });
});
