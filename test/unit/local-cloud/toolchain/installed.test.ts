import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findCommand } from "../../../../lib/installedCommand";
import { isGoAtLeast, namesVersion } from "../../../../local-cloud/toolchain/installed";

describe("installed tools", () => {
  const outputs: [string, string, boolean][] = [
    ["Kubernetes v1.36.3\n", "1.36.3", true],
    ["Client Version: v1.36.3\nKustomize Version: v5.8.1\n", "1.36.3", true],
    ["v4.2.4+g0123456\n", "4.2.4", true],
    ["etcd Version: 3.5.1\nGo Version: go1.16.3\n", "3.5.1", true],
    ["version 8000GB 4.48 abc linux amd64\n", "8000GB 4.48", true],
    ["version 30GB 4.48 abc linux amd64\n", "8000GB 4.48", false],
    ["Kubernetes v1.36.30\n", "1.36.3", false],
    ["Kubernetes v11.36.3\n", "1.36.3", false],
    ["Kubernetes v1.36.3-rc.1\n", "1.36.3", false],
    ["Kubernetes v1.36.3.1\n", "1.36.3", false],
    ["Kubernetes v1x36x3\n", "1.36.3", false],
    ["", "1.36.3", false],
  ];
  for (const [output, version, expected] of outputs) {
    it(`${expected ? "take" : "leave"} ${JSON.stringify(output)} for ${version}`, () => {
      assert.equal(namesVersion(output, version), expected);
    });
  }

  const compilers: [string, boolean][] = [
    ["go version go1.26.8 linux/amd64", true],
    ["go version go1.26rc1 linux/amd64", true],
    ["go version go1.30 linux/amd64", true],
    ["go version go2.0 linux/amd64", true],
    ["go version go1.25.9 linux/amd64", false],
    ["go version go1.9 linux/amd64", false],
    ["command not found", false],
  ];
  for (const [output, expected] of compilers) {
    it(`${expected ? "build" : "do not build"} with "${output}"`, () => {
      assert.equal(isGoAtLeast(output, "1.26"), expected);
    });
  }

  it("are found on the path in its order, executable files only", () => {
    const [first, second] = [mkdtempSync(join(tmpdir(), "path-")), mkdtempSync(join(tmpdir(), "path-"))];
    try {
      writeFileSync(join(first, "a-tool-of-a-test"), "not executable");
      writeFileSync(join(second, "a-tool-of-a-test"), "#!/bin/sh\n");
      chmodSync(join(second, "a-tool-of-a-test"), 0o755);
      assert.equal(findCommand("a-tool-of-a-test", `${first}:${second}`), join(second, "a-tool-of-a-test"));
      assert.equal(findCommand("a-tool-of-a-test", first), undefined);
    } finally {
      for (const directory of [first, second]) rmSync(directory, { recursive: true });
    }
  });
});
