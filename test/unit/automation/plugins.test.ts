import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { findPlugins, pathWith, type Plugins } from "../../../automation/plugins";
import type { ToolchainPlugin } from "@lstm-pfd/local-cloud/toolchain";
import { sha256 } from "../../../lib/recipe";

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

  const toolchain = (origin: ToolchainPlugin["origin"]) => ({
    plugins: { kubernetes: { executable: join(directory, "built", "pulumi-resource-kubernetes"), origin } },
  });
  const shown = ({ providers }: Plugins): string[] =>
    Object.entries(providers).map(([name, { source, origin, version = "?" }]) =>
      [name, version, source, origin].join(" "),
    );
  const built = "kubernetes 4.25.0 upstream built from its Go module";
  const embedded = [
    "aws 7.48.0 embedded part of this project",
    "random 4.21.2 embedded part of this project",
  ];

  it("are the toolchain's and the embedded ones where nothing is installed, also once these are on the path", async () => {
    const first = await findPlugins(toolchain("built from its Go module"), "");
    assert.deepEqual(shown(first), [built, ...embedded]);
    assert.equal(first.path.at(-1), join(directory, "built"));
    process.env["PATH"] = pathWith(first.path);
    assert.deepEqual(shown(await findPlugins(toolchain("built from its Go module"), "")), shown(first));
  }).timeout(20_000);

  it("are those that are installed, first; the version of one on the path is not known", async () => {
    const executable = (folder: string, name: string): void => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, name), "#!/bin/sh\n", { mode: 0o755 });
    };
    executable(directory, "pulumi-resource-random");
    executable(join(directory, "home/plugins/resource-aws-v7.48.0"), "pulumi-resource-aws");
    process.env["PATH"] = pathWith([directory]);
    const found = await findPlugins(toolchain("installed"), "");
    assert.deepEqual(shown(found), [
      "kubernetes ? upstream installed",
      "aws 7.48.0 upstream installed",
      "random ? upstream installed",
    ]);
    assert.ok(!found.path.includes(join(directory, "built")), "hides nothing that is installed beside it");
  }).timeout(20_000);

  it("are those of archives before all others, with the version in the archive's name", async () => {
    const name = "pulumi-resource-kubernetes";
    writeFileSync(join(directory, name), "#!/bin/sh\n");
    const archive = `${name}-v4.26.1-linux-amd64.tar.gz`;
    execFileSync("tar", ["-czf", archive, name], { cwd: directory });
    const sum = sha256(readFileSync(join(directory, archive)));
    writeFileSync(join(directory, "SHA256SUMS"), `${sum}  ${archive}\n`);
    const found = await findPlugins(toolchain("built from its Go module"), directory);
    assert.deepEqual(shown(found), ["kubernetes 4.26.1 upstream from an archive", ...embedded]);
    const first = found.path.find((folder) => existsSync(join(folder, name)));
    assert.notEqual(first, join(directory, "built"));
    writeFileSync(join(directory, "SHA256SUMS"), `${"0".repeat(64)}  ${archive}\n`);
    await assert.rejects(
      findPlugins(toolchain("built from its Go module"), directory),
      /does not match its line in SHA256SUMS/,
    );
  }).timeout(20_000);

  it("stand on the path once", () => {
    process.env["PATH"] = ["/b", "/a"].join(delimiter);
    assert.equal(pathWith(["/a"]), ["/a", "/b"].join(delimiter));
  });
});
