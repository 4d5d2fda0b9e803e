import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { projectRoot } from "../../lib/paths";

/** Shell for an `npm` that prints and ends as its arguments say; silent success for all others. */
type Npm = Record<string, string>;

describe(".ci/run", () => {
  let directory = "";

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "ci-run-"));
    cpSync(join(projectRoot, ".ci"), join(directory, ".ci"), { recursive: true });
    mkdirSync(join(directory, "bin"));
    mkdirSync(join(directory, "cache", "kube-apiserver-1"), { recursive: true });
    writeFileSync(
      join(directory, ".ci", "weights"),
      "10\tnpm ci\n10\tnpm run types\n80\tnpm run test:e2e\n900\tnpm run toolchain, from nothing\n",
    );
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  function ci(npm: Npm, cache = "cache"): { status: number | null; stdout: string } {
    const cases = Object.entries(npm).map(([words, script]) => `"${words}") ${script};;\n`);
    writeFileSync(join(directory, "bin", "npm"), `#!/bin/sh\ncase "$*" in\n${cases.join("")}esac\n`);
    chmodSync(join(directory, "bin", "npm"), 0o755);
    return spawnSync("bash", [join(directory, ".ci", "run")], {
      encoding: "utf8",
      env: {
        PATH: [join(directory, "bin"), process.env["PATH"]].join(delimiter),
        LSTM_PFD_CACHE: join(directory, cache),
      },
    });
  }

  it("counts tests, and each other step as one, on its last line", () => {
    const { status, stdout } = ci({
      "test -- --forbid-pending": "echo '  12 passing (1s)'",
      "run test:e2e": "echo '  7 passing (3m)'",
    });
    assert.equal(status, 0);
    assert.match(stdout, /\n24 passed, 0 failed\n$/);
  });

  it("names what has failed, and goes on", () => {
    const { status, stdout } = ci({
      "run lint": "exit 1",
      "run test:e2e":
        "printf '    1) breaks\\n\\n  7 passing (3m)\\n  1 failing\\n\\n  1) a suite breaks:\\n'; exit 1",
    });
    assert.equal(status, 1);
    assert.match(stdout, /\nfailed:\nnpm run lint\nnpm run test:e2e: breaks\n\n12 passed, 2 failed\n$/);
  });

  it("stops where nothing else can run", () => {
    const { status, stdout } = ci({ "run toolchain": "exit 1" });
    assert.equal(status, 1);
    assert.doesNotMatch(stdout, /== npm test/);
    assert.match(stdout, /\nfailed:\nnpm run toolchain\n\n3 passed, 1 failed\n$/);
  });

  it("says before each step which share it has, and how long all the rest takes", () => {
    const { stdout } = ci({});
    assert.match(stdout, /^== npm run types: step 3 of 7, 10 % of the whole; 10 % done, about 2 min left$/m);
    assert.match(
      stdout,
      /^== npm run test:e2e: step 7 of 7, 80 % of the whole; 20 % done, about 2 min left$/m,
    );
  });

  it("knows that tools are built where there are none, and measures each step for the next weights", () => {
    const { stdout } = ci({}, "empty");
    assert.match(
      stdout,
      /^== npm run toolchain: step 4 of 7, 90 % of the whole; 2 % done, about 17 min left$/m,
    );
    const measured = readFileSync(join(directory, "test-results", "ci-steps"), "utf8");
    assert.match(measured, /^\d+\tnpm run toolchain, from nothing\n\d+\tnpm test -- --forbid-pending$/m);
  });
});
