import assert from "node:assert/strict";
import { parseCommandLine } from "../../../cli/commandLine";
import { run } from "../../../cli/commands/preview-offline";
import { offlineLayers } from "../../../cli/offlineLayers";
import { parseConfig, projectName } from "../../../config/config";

describe("layers of the offline preview", () => {
  it("are those of the files in the checkout, and complete", () => {
    const layers = offlineLayers({ stack: "prod", config: {} });
    assert.deepEqual(
      layers.map(({ stack }) => stack),
      ["prod-vault", "prod"],
    );
    const parsed = layers.map(({ config }) => {
      const raw = Object.entries(config).map(([key, value]) => [`${projectName}:${key}`, value]);
      return parseConfig(Object.fromEntries(raw) as Record<string, string>);
    });
    const [vault, platform] = parsed;
    assert.ok(vault && platform);
    // What stands in both files is the same in both.
    assert.equal(vault.layer, "vault");
    assert.equal(platform.layer, "platform");
    assert.equal(platform.bucket, vault.bucket);
    assert.equal(platform.s3.region, vault.s3.region);
    assert.equal(platform.aws.account, vault.aws.account);
    assert.equal(platform.aws.roleNamePrefix, vault.aws.roleNamePrefix);
    assert.equal(platform.namespace, vault.namespace);
  });

  it("are refused where the stack is not at AWS, before an engine is looked for", async () => {
    const { options } = parseCommandLine(["preview-offline", "--stack", "local"]);
    await assert.rejects(run(options, new AbortController().signal), {
      message: 'stack local-vault is not at AWS: objectStore is "embedded"; use "npm run preview"',
    });
  });

  it("take the command line for both", () => {
    for (const { config } of offlineLayers({ stack: "prod", config: { awsAccount: "210987654321" } }))
      assert.equal(config["awsAccount"], "210987654321");
  });
});
