import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../lib/process";
import { projectRoot } from "../../lib/paths";
import { writeKit } from "../../kit/recoveryKit";
import { hostChanges, hostState } from "./hostState";
import { leavesNothing } from "./leavesNothing";

const TAKEN = "bad-input-taken";

leavesNothing("bad input", () => {
  let state = "";
  let server: Server;
  let port = 0;
  const before_ = process.env["PULUMI_CONFIG_PASSPHRASE"];

  before(async () => {
    state = mkdtempSync(join(tmpdir(), "bad-input-"));
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    port = typeof address === "object" && address !== null ? address.port : 0;
    await run("ip", ["netns", "add", `lpfd-${TAKEN}`]);
    mkdirSync(join(state, "kits"));
    process.env["PULUMI_CONFIG_PASSPHRASE"] = "right";
    writeKit(join(state, "kits", "local.kit"), { dbPassword: "of the database" });
    writeFileSync(join(state, "not-yaml"), "a: [");
  });

  after(async () => {
    if (before_ === undefined) Reflect.deleteProperty(process.env, "PULUMI_CONFIG_PASSPHRASE");
    else process.env["PULUMI_CONFIG_PASSPHRASE"] = before_;
    await new Promise((resolve) => server.close(resolve));
    await run("ip", ["netns", "delete", `lpfd-${TAKEN}`]);
    rmSync(state, { recursive: true });
  });

  /** Standard error, without the notice of an old Node.js and empty lines. */
  function refusal(words: string[], environment: Record<string, string> = {}): string {
    const { status, stderr } = spawnSync(
      process.execPath,
      [require.resolve("tsx/cli"), "cli/main.ts", ...words],
      {
        cwd: projectRoot,
        encoding: "utf8",
        env: { ...process.env, LSTM_PFD_STATE: state, PULUMI_CONFIG_PASSPHRASE: "right", ...environment },
        timeout: 60_000,
      },
    );
    assert.notEqual(status, 0, stderr);
    assert.equal(stderr.match(/^error: /gm)?.length, 1, stderr);
    return stderr.replace(/^note: Node\.js .*\n/, "").trim();
  }

  const cases: [string, () => string[], RegExp][] = [
    [
      "an option of another command",
      () => ["--keep"],
      /^error: --keep is no option of up, which takes --stack, /,
    ],
    [
      "the stack of a vault",
      () => ["--stack", "local-vault"],
      /^error: --stack local-vault: is the vault of stack local, .*; say --stack local, /,
    ],
    [
      "an unknown key",
      () => ["--config", "retainDays=7"],
      /^error: configuration refused, nothing was touched:\n {2}- lstm-pfd:retainDays is not a configuration key/,
    ],
    [
      "a retention of zero days",
      () => ["--config", "walRetentionDays=0"],
      /lstm-pfd:walRetentionDays is "0": must be a whole number from 1 to 3650$/,
    ],
    [
      "a negative retention",
      () => ["--config", "modelsRetentionDays=-1"],
      /lstm-pfd:modelsRetentionDays is "-1": must be a whole number from 1 to 3650$/,
    ],
    [
      "a value of another type",
      () => ["--config", "initialise=perhaps"],
      /lstm-pfd:initialise is "perhaps": must be true or false$/,
    ],
    [
      "a port that is taken",
      () => ["--stack", "other", "--config", `apiPort=${port}`],
      /^error: port \d+ on 127\.0\.0\.1 is in use by another program, .*: choose another port/,
    ],
    [
      "a name of a network namespace that is taken",
      () => ["--stack", "other", "--config", `siteName=${TAKEN}`],
      new RegExp(`^error: .*lpfd-${TAKEN}`),
    ],
  ];
  for (const [what, words, message] of cases)
    it(`is refused with one message before anything is touched: ${what}`, async () => {
      const host = await hostState();
      const error = refusal(["up", ...words()]);
      process.stdout.write(`${error}\n`);
      assert.match(error, message);
      assert.deepEqual(hostChanges(host, await hostState()), []);
      assert.deepEqual(readdirSync(state).sort(), ["kits", "not-yaml"]);
    }).timeout(70_000);

  it("is refused: a wrong passphrase", () => {
    assert.match(
      refusal(["up"], { PULUMI_CONFIG_PASSPHRASE: "wrong" }),
      /^error: recovery kit \S+local\.kit: wrong passphrase: .* give the passphrase that the kit was written with$/,
    );
    assert.ok(!existsSync(join(state, "pulumi")));
  }).timeout(70_000);

  it("is refused: a kit whose vault is not there, for a vault that would be made anew", () => {
    const path = join(state, "kits", "orphan.kit");
    const keys = ["writer", "janitor", "reader"]
      .flatMap((role) => [`${role}AccessKeyId`, `${role}SecretAccessKey`])
      .concat("repositoryCipherPass", "dbPassword", "jwtSecret", "secretKey");
    writeKit(path, Object.fromEntries(keys.map((key) => [key, "example"])));
    const sealed = readFileSync(path, "utf8");
    assert.match(
      refusal(["up", "--stack", "orphan", "--fresh"]),
      /^WHETHER THE RECOVERY KIT FITS ITS VAULT IS NOT KNOWN, .*\s+error: recovery kit \S+orphan\.kit is there, but stack orphan-vault is not, and a new vault would be empty: .* or move the kit away to begin anew$/m,
    );
    assert.equal(readFileSync(path, "utf8"), sealed);
    assert.ok(!existsSync(join(state, "object-stores")));
  }).timeout(70_000);

  for (const [what, path, reason] of [
    ["that is missing", "nowhere", "it cannot be read (ENOENT)"],
    ["that is no YAML", "not-yaml", "it is not YAML"],
  ] as const)
    it(`is refused: a kubeconfig ${what}`, () => {
      const images = ["Application", "Operations", "Postgres", "Redis"].flatMap((name) => [
        "--config",
        `image${name}=registry.example.com/x:1`,
      ]);
      const secrets = ["writer", "janitor", "reader"]
        .flatMap((role) => [`${role}AccessKeyId`, `${role}SecretAccessKey`])
        .concat("repositoryCipherPass", "dbPassword", "jwtSecret", "secretKey")
        .flatMap((key) => ["--config", `${key}=example`]);
      const settings = ["cluster=kubeconfig", "objectStore=s3", `kubeconfig=${join(state, path)}`];
      const error = refusal(["up", ...settings.flatMap((pair) => ["--config", pair]), ...images, ...secrets]);
      assert.ok(error.includes(reason), error);
      assert.match(error, /give the path of one with which kubectl works$/);
    }).timeout(70_000);

  it("is refused: a cache on a disk that is too full", async () => {
    const cache = join(state, "cache");
    mkdirSync(cache);
    await run("mount", ["-t", "tmpfs", "-o", "size=16m", "none", cache]);
    try {
      assert.match(
        refusal(["drill"], { LSTM_PFD_CACHE: cache }),
        /^error: \S+cache has 0\.0 GiB free, but 20\.0 GiB are needed: free some space/,
      );
    } finally {
      await run("umount", [cache]);
      rmSync(cache, { recursive: true });
    }
  }).timeout(70_000);
});
