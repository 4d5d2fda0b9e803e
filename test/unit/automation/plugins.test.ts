import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { findPlugins, pathWith } from "../../../automation/plugins";

describe("plugins", () => {
  let directory = "";
  const before_ = { ...process.env };

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "plugins-"));
    process.env["LSTM_PFD_CACHE"] = join(directory, "cache");
    process.env["PULUMI_HOME"] = join(directory, "home");
  });
  afterEach(() => {
    for (const name of ["PATH", "LSTM_PFD_CACHE", "PULUMI_HOME"])
      if (before_[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before_[name];
    rmSync(directory, { recursive: true });
  });

  it("are the embedded ones where nothing is installed, also once these are on the path", async () => {
    const first = await findPlugins("");
    assert.deepEqual(first.sources, { kubernetes: "embedded", aws: "embedded", random: "embedded" });
    process.env["PATH"] = pathWith(first.path);
    assert.deepEqual((await findPlugins("")).sources, first.sources);
  }).timeout(20_000);

  it("are those that are installed, first", async () => {
    const installed = join(directory, "pulumi-resource-random");
    writeFileSync(installed, "#!/bin/sh\n");
    chmodSync(installed, 0o755);
    process.env["PATH"] = pathWith([directory]);
    const { sources } = await findPlugins("");
    assert.deepEqual(sources, { kubernetes: "embedded", aws: "embedded", random: "upstream" });
  }).timeout(20_000);

  it("stand on the path once", () => {
    process.env["PATH"] = ["/b", "/a"].join(delimiter);
    assert.equal(pathWith(["/a"]), ["/a", "/b"].join(delimiter));
  });
});
