import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { commands, parseCommandLine, usage, UsageError } from "../../../cli/commandLine";

describe("command line", () => {
  it("has its defaults", () => {
    const { command, options } = parseCommandLine(["up"]);
    assert.equal(command, "up");
    assert.deepEqual(options, {
      stack: "local",
      config: {},
      plugins: undefined,
      fresh: false,
      keep: false,
      vault: false,
      initialise: false,
      help: false,
      words: [],
    });
  });

  it("takes configuration with and without its namespace, and values with =", () => {
    const { options } = parseCommandLine([
      "preview",
      "--config",
      "siteName=site-b",
      "--config",
      "lstm-pfd:s3Region=a=b",
    ]);
    assert.deepEqual(options.config, { siteName: "site-b", s3Region: "a=b" });
  });

  for (const [words, message] of [
    [[], /^no command; there are up, down/],
    [["upp"], /^"upp" is no command/],
    [["up", "now"], /^"now" means nothing to up/],
    [["up", "--stak", "x"], /^Unknown option '--stak'; see --help$/],
    [["up", "--stack", "My Stack"], /^--stack My Stack: must start with a letter/],
    [["up", "--config", "siteName"], /^--config siteName: must be KEY=VALUE/],
    [["toString"], /is no command/],
  ] as const)
    it(`refuses ${words.join(" ") || "nothing"}`, () => {
      assert.throws(
        () => parseCommandLine(words),
        (error) => error instanceof UsageError && message.test(error.message),
      );
    });

  it("describes every command, and each has its file", () => {
    for (const command of Object.keys(commands)) {
      assert.match(usage, new RegExp(`^  ${command} `, "m"));
      assert.ok(existsSync(join(__dirname, "../../../cli/commands", `${command}.ts`)), command);
    }
  });
});
