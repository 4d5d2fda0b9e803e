import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { howToUsePulumi } from "../../../cli/plainPulumi";
import { quoted } from "../../../lib/shell";
import { settingsDirectory } from "../../../automation/stack";
import { withVariable } from "../../support/variable";

describe("plain pulumi on the same stacks", () => {
  let state = "";

  beforeEach(() => {
    state = mkdtempSync(join(tmpdir(), "it's-"));
  });
  afterEach(() => {
    rmSync(state, { recursive: true });
  });
  withVariable("LSTM_PFD_STATE", () => state);

  it("is told the directory of each stack, and that of one that was never brought up", () => {
    mkdirSync(settingsDirectory("local-vault"), { recursive: true });
    const directory = join(state, "pulumi", "stacks");
    const [vault, platform, ...more] = howToUsePulumi(["local-vault", "local"], {
      languageHost: "/usr/bin/pulumi-language-nodejs",
    })
      .trimEnd()
      .split("\n");
    assert.equal(
      vault,
      `pulumi -C ${quoted(join(directory, "local-vault"))} stack output --stack local-vault`,
    );
    assert.equal(
      platform,
      `stack local: no settings in ${join(directory, "local")}, because "npm run up" has not been run for it here`,
    );
    assert.deepEqual(more, []);
  });

  it("is told which commands need the upstream language host, where there is none", () => {
    assert.match(
      howToUsePulumi([], { languageHost: undefined }),
      /^there is no pulumi-language-nodejs here: "pulumi up", "pulumi preview" and "pulumi import" need it; /,
    );
  });

  it("quotes words for the shell", () => {
    assert.equal(quoted("a b"), "'a b'");
    assert.equal(quoted("it's"), "'it'\\''s'");
  });
});
