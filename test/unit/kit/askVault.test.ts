import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { askFit, askKeys, askKit, type AskForKit } from "../../../kit/askVault";
import { VaultUnknownError } from "../../../kit/kitBucket";
import { platformRecord } from "../../../kit/platformRecord";
import { changeKit, RecoveryKitError, writeKitText } from "../../../kit/recoveryKit";
import { withVariable } from "../../support/variable";

const address = "https://s3.example.com:9000/backups";
const config = { objectStore: "s3", s3Endpoint: "https://s3.example.com:9000", bucket: "backups" };
const values = {
  writerAccessKeyId: "w",
  writerSecretAccessKey: "of w",
  janitorAccessKeyId: "j",
  janitorSecretAccessKey: "of j",
  readerAccessKeyId: "r",
  readerSecretAccessKey: "of r",
};
const refusing =
  (key: string, what: string): AskForKit =>
  (_, { keys }) =>
    keys?.accessKeyId === key || key === "any"
      ? Promise.reject(new VaultUnknownError(address, what))
      : Promise.resolve();

describe("doctor: keys of a kit", () => {
  it("are asked for by each role", async () => {
    assert.deepEqual(await askKeys(config, values, () => Promise.resolve()), [
      { who: "writer" },
      { who: "janitor" },
      { who: "reader" },
    ]);
  });

  it("are refused one by one, with what the store said", async () => {
    const what = "reading it: the access key was refused (InvalidAccessKeyId)";
    assert.deepEqual(await askKeys(config, values, refusing("w", what)), [
      { who: "writer", refused: `vault ${address}: ${what}` },
      { who: "janitor" },
      { who: "reader" },
    ]);
  });

  it("are not at fault where the store does not answer", async () => {
    await assert.rejects(
      askKeys(config, values, refusing("j", "it cannot be reached (ECONNREFUSED)")),
      /cannot be reached/,
    );
  });

  it("are those of this machine where pods have roles", async () => {
    const asked: unknown[] = [];
    const answer = await askKeys(
      { objectStore: "aws", bucket: "backups", vaultRegion: "eu-central-1" },
      {},
      (at, access) => {
        asked.push([at, access]);
        return Promise.reject(new VaultUnknownError("s3://backups", "access was denied (AccessDenied)"));
      },
    );
    assert.deepEqual(answer, [
      { who: "environment", refused: "vault s3://backups: access was denied (AccessDenied)" },
    ]);
    assert.deepEqual(asked, [
      [
        { endpoint: "", bucket: "backups" },
        { region: "eu-central-1", authority: "" },
      ],
    ]);
  });

  it("are not known where this machine has none", async () => {
    await assert.rejects(
      askKeys(
        { objectStore: "aws", bucket: "backups" },
        {},
        refusing("any", "there are no credentials for it (x)"),
      ),
      /there are no credentials/,
    );
  });
});

describe("doctor: the recovery kit", () => {
  let directory = "";
  let path = "";
  const settings = { dashboardReplicas: "2", host: "app.example.com", kubeconfig: "/of/this/machine" };
  const plan = (changed: Record<string, string> = {}) => ({
    path,
    stack: "prod",
    config: { ...settings, ...changed },
    leftOut: [],
    hasSettings: true,
  });
  withVariable("PULUMI_CONFIG_PASSPHRASE", () => "of the test");
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "kit-"));
    path = join(directory, "prod.kit");
    changeKit(path, (kit) => ({ ...kit, platform: platformRecord("prod", settings, [], {}) }));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it("is well where it knows the settings in force", () => {
    assert.deepEqual(askKit(plan()), { path, otherwise: [] });
    assert.deepEqual(askKit(plan({ kubeconfig: "/elsewhere", initialise: "true" })), { path, otherwise: [] });
  });

  it("is old where settings have changed since, and their names are told", () => {
    assert.deepEqual(askKit(plan({ host: "other.example.com", workerReplicas: "3" })).otherwise, [
      "host",
      "workerReplicas",
    ]);
  });

  it("is not held to settings that are not here, or are another stack's", () => {
    assert.deepEqual(askKit({ ...plan({ host: "x" }), hasSettings: false }).otherwise, []);
    assert.deepEqual(askKit({ ...plan({ host: "x" }), stack: "other" }).otherwise, []);
  });

  const damages: [string, () => void][] = [
    [
      "passphrase",
      () => {
        process.env["PULUMI_CONFIG_PASSPHRASE"] = "another";
      },
    ],
    [
      "missing",
      () => {
        rmSync(path);
      },
    ],
    [
      "damaged",
      () => {
        writeKitText(path, "{}");
      },
    ],
  ];
  for (const [kind, damage] of damages)
    it(`says that it cannot be used: ${kind}`, () => {
      damage();
      assert.equal(askKit(plan()).fault?.kind, kind);
    });

  it("fits its vault, or the vault says why not, or does not say", async () => {
    assert.deepEqual(
      await askFit(path, config, () => Promise.resolve({ fits: true, said: ["a copy of it"] })),
      {},
    );
    const old = new RecoveryKitError(path, "old", "it is an old one", "take that one");
    assert.deepEqual(await askFit(path, config, () => Promise.reject(old)), {
      fault: { kind: "old", reason: "it is an old one", remedy: "take that one" },
    });
    const said = [
      "WHETHER THE RECOVERY KIT FITS ITS VAULT IS NOT KNOWN, nor whether it is the newest: vault x: y",
    ];
    await assert.rejects(
      askFit(path, config, () => Promise.resolve({ fits: false, said })),
      /IS NOT KNOWN/,
    );
  });
});
