import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Kit } from "../../../kit/kit";
import { platformRecord, versionDifferences } from "../../../kit/platformRecord";
import { sealedKit } from "../../../kit/recoveryKit";
import { settingsOf, takeKit } from "../../../kit/takeKit";
import { withVariable } from "../../support/variable";
import { oldKitText } from "./oldKit";

const values = { repositoryCipherPass: "of the repository" };
const vault = { id: "5ad1", address: "s3://backups", region: "eu", authority: "", keys: {} };
const kit: Kit = { generation: 3, writtenAt: "2026", values, vault };

describe("a kit that was fetched", () => {
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "kit-"));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });
  withVariable("PULUMI_CONFIG_PASSPHRASE", () => "right");

  const take = (there?: string): string => {
    const path = join(directory, "a.kit");
    if (there !== undefined) writeFileSync(path, there);
    takeKit(path, { kit, text: sealedKit(kit) });
    return readFileSync(path, "utf8");
  };

  for (const [what, there] of [
    ["nothing", () => undefined],
    ["an older one", () => sealedKit({ ...kit, generation: 2 })],
    ["the same", () => sealedKit(kit)],
    ["one from before version 2", () => oldKitText(values, "right")],
  ] as const)
    it(`takes the place of ${what}`, () => {
      assert.match(take(there()), /"generation":3/);
    });

  for (const [what, there, message] of [
    [
      "of another vault",
      { ...kit, vault: { ...vault, id: "other" } },
      /is the kit of another vault, and was left/,
    ],
    [
      "with another passphrase of the repository",
      { ...kit, values: { repositoryCipherPass: "another" } },
      /is the kit of another vault/,
    ],
    [
      "newer than it",
      { ...kit, generation: 4 },
      /number 4, of 2026, and newer than the one in the vault, number 3; .*--config recoveryKit=\S+a\.kit/,
    ],
  ] as const)
    it(`does not take the place of one that is ${what}`, () => {
      const text = sealedKit(there);
      assert.throws(() => take(text), message);
      assert.equal(readFileSync(join(directory, "a.kit"), "utf8"), text);
    });

  it("gives what the platform had and where the vault is, and the bucket that it came from above all", () => {
    const platform = {
      stack: "prod",
      settings: { host: "a", bucket: "old", objectStore: "aws" },
      leftOut: [],
      versions: {},
    };
    assert.deepEqual(
      settingsOf(
        { ...kit, platform, vault: { ...vault, keys: { bucket: "older", vaultRegion: "eu" } } },
        "copy",
      ),
      { host: "a", bucket: "copy", objectStore: "aws", vaultRegion: "eu" },
    );
    assert.deepEqual(settingsOf({ generation: 0, writtenAt: "", values }, "copy"), { bucket: "copy" });
  });
});

describe("what a kit keeps of a platform", () => {
  it("is its configuration, without what is of one recovery or one machine", () => {
    const config = {
      layer: "platform",
      recoveryKit: "/a.kit",
      kubeconfig: "/kubeconfig",
      initialise: "false",
      takeOver: "3",
      restoreTo: "2026-01-01T00:00:00Z",
      host: "a.example.com",
      "aws:region": "eu",
    };
    assert.deepEqual(
      platformRecord("prod", config, ["jwtSecret", "savedSecrets", "dbPassword"], { project: "1" }),
      {
        stack: "prod",
        settings: { "aws:region": "eu", host: "a.example.com" },
        leftOut: ["dbPassword", "jwtSecret"],
        versions: { project: "1" },
      },
    );
  });

  it("tells what runs here otherwise, and nothing of what is not known", () => {
    assert.deepEqual(
      versionDifferences({ project: "1", chart: "a", commit: "c" }, { project: "2", chart: "a" }),
      ["project was 1, and is 2 here"],
    );
  });
});
