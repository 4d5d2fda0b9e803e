import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { parseCommandLine, UsageError } from "../../../cli/commandLine";
import { statusSource } from "../../../cli/statusSource";
import type { Kit } from "../../../kit/kit";
import { sealedKit } from "../../../kit/recoveryKit";
import { projectRoot } from "../../../lib/paths";
import { valueOf } from "../../../plan/status/facts";
import { withVariable } from "../../support/variable";

const kit: Kit = {
  generation: 3,
  writtenAt: "2026-01-03T00:00:00Z",
  values: {
    repositoryCipherPass: "of the repository",
    readerAccessKeyId: "reader",
    readerSecretAccessKey: "hidden",
  },
  vault: {
    id: "id",
    address: "https://s3.example.com:9000/backups",
    region: "eu",
    authority: "pem",
    keys: {},
  },
  platform: { stack: "prod", settings: { rpoObjectiveSeconds: "120" }, leftOut: [], versions: {} },
};

describe("whose status is asked for", () => {
  let directory: string;
  let path: string;
  withVariable("PULUMI_CONFIG_PASSPHRASE", () => "right");
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "status-"));
    path = join(directory, "prod.kit");
    process.env["PULUMI_CONFIG_PASSPHRASE"] = "right";
    writeFileSync(path, sealedKit(kit));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });
  withVariable("LSTM_PFD_STATE", () => directory);
  const source = (...words: string[]) => statusSource(parseCommandLine(["status", ...words]).options);

  it("says the kit in a file: stack, settings, vault and the reader's keys", async () => {
    const { stack, settings, way } = await source("--kit", path);
    assert.deepEqual([stack, settings], ["prod", { rpoObjectiveSeconds: "120" }]);
    assert.deepEqual(valueOf(way), {
      at: { endpoint: "https://s3.example.com:9000", bucket: "backups" },
      access: {
        ...{ authority: "pem", region: "eu" },
        keys: { accessKeyId: "reader", secretAccessKey: "hidden" },
      },
    });
  });

  it("says the command line, where it says something", async () => {
    const { stack, settings } = await source(
      ...["--kit", path, "--stack", "prod-2", "--config", "rpoObjectiveSeconds=90"],
    );
    assert.deepEqual([stack, settings], ["prod-2", { rpoObjectiveSeconds: "90" }]);
  });

  it("leaves who asks at AWS to the credentials of the environment", async () => {
    const vault = { ...required(kit.vault), address: "s3://backups", authority: "" };
    writeFileSync(path, sealedKit({ ...kit, vault, values: {} }));
    assert.deepEqual(valueOf((await source("--kit", path)).way), {
      at: { endpoint: "", bucket: "backups" },
      access: { authority: "", region: "eu" },
    });
  });

  it("is not known by a kit that does not say where its vault is", async () => {
    const { generation, writtenAt, values } = kit;
    writeFileSync(path, sealedKit({ generation, writtenAt, values }));
    const { way, kit: opened } = await source("--kit", path);
    assert.equal(opened.state, "read");
    assert.match(way.state === "unknown" ? way.why : "", /does not say where its vault is/);
  });

  it("is not known by a kit that does not open", async () => {
    process.env["PULUMI_CONFIG_PASSPHRASE"] = "wrong";
    const { kit: opened, way } = await source("--kit", path);
    assert.match(opened.state === "unknown" ? opened.why : "", /wrong passphrase/);
    assert.equal(way.state, "unknown");
  });

  it("says the stack of this machine, with its own kit and the settings in force there", async () => {
    mkdirSync(join(directory, "kits"));
    writeFileSync(join(directory, "kits", "mine.kit"), sealedKit(kit));
    const { stack, settings, way } = await source(
      ...["--stack", "mine", "--config", "objectStore=s3", "--config", "rpoObjectiveSeconds=90"],
      ...["--config", "s3Endpoint=https://other.example.com", "--config", "bucket=another-bucket"],
    );
    assert.deepEqual([stack, settings["rpoObjectiveSeconds"]], ["mine", "90"]);
    assert.deepEqual(valueOf(way), {
      at: { endpoint: "https://other.example.com", bucket: "another-bucket" },
      access: {
        ...{ authority: "", region: "us-east-1" },
        keys: { accessKeyId: "reader", secretAccessKey: "hidden" },
      },
    });
  });

  it("is not known by a stack without a kit", async () => {
    const { kit: opened, stack } = await source("--stack", "nothere");
    assert.equal(stack, "nothere");
    assert.match(opened.state === "unknown" ? opened.why : "", /nothere.kit: it cannot be read \(ENOENT\)$/);
  });

  it("goes on with the environment's credentials where the vault's kit cannot be had", async () => {
    const { kit: opened, way } = await source("--from-vault", "https://localhost:1/backups");
    assert.match(opened.state === "unknown" ? opened.why : "", /^vault https:\/\/localhost:1\/backups: /);
    assert.deepEqual(valueOf(way), {
      at: { endpoint: "https://localhost:1", bucket: "backups" },
      access: { authority: "" },
    });
  });

  it("refuses two kits, and an address that is none", async () => {
    for (const words of [
      ["--kit", path, "--from-vault", "s3://backups"],
      ["--from-vault", "nowhere"],
    ])
      await assert.rejects(source(...words), UsageError);
  });

  it("ends with the exit code of its verdict, and with another one for a wrong command line", async () => {
    const vault = { ...required(kit.vault), address: "https://localhost:1/backups", authority: "" };
    writeFileSync(path, sealedKit({ ...kit, vault }));
    const run = async (...words: string[]) => {
      const tsx = join(projectRoot, "node_modules", ".bin", "tsx");
      const main = [join(projectRoot, "cli", "main.ts"), "status", ...words];
      const told = await promisify(execFile)(tsx, main, { cwd: projectRoot }).catch(
        (error: unknown) => error as { code: number; stdout: string; stderr: string },
      );
      return { code: 0, ...told };
    };
    const [unknown, usage] = await Promise.all([
      run("--kit", path, "--json"),
      run("--kit", path, "--watch", "soon"),
    ]);
    assert.equal(unknown.code, 3, unknown.stderr);
    const { verdict, findings } = JSON.parse(unknown.stdout) as {
      verdict: string;
      findings: { subject: string }[];
    };
    assert.deepEqual([verdict, findings[0]?.subject], ["unknown", "store"]);
    assert.doesNotMatch(unknown.stdout, /hidden|of the repository/);
    assert.deepEqual([usage.code, usage.stdout], [64, ""]);
  });
});

function required<T>(value: T | undefined): T {
  assert.ok(value !== undefined);
  return value;
}
