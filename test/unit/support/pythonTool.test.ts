import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { machinePython } from "../../support/pythonTool";

describe("the Python of the machine", () => {
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "python-"));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  /** A python3 that answers so. */
  function answering(...lines: string[]): string {
    const file = join(directory, "python3");
    writeFileSync(file, `#!/bin/sh\nprintf '%s\\n' ${lines.map((line) => `'${line}'`).join(" ")}\n`);
    chmodSync(file, 0o755);
    return directory;
  }

  it("is told by version, platform and path", async () => {
    const path = answering("12", "linux-x86_64", process.execPath);
    assert.deepEqual(await machinePython(path), {
      python: process.execPath,
      minor: 12,
      platform: "linux-x86_64",
    });
  });

  it("is missed by name when it cannot make environments", async () => {
    const path = answering("11", "linux-x86_64", process.execPath, "ensurepip");
    await assert.rejects(machinePython(path), /lacks ensurepip.*apt-get install python3-venv/);
  });

  it("is refused when it is too old", async () => {
    const path = answering("9", "linux-x86_64", process.execPath);
    await assert.rejects(machinePython(path), /is Python 3\.9, which is too old/);
  });
});
