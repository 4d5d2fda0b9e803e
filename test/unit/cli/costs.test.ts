import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseCommandLine, UsageError } from "../../../cli/commandLine";
import { costsOf, run } from "../../../cli/commands/costs";
import { offlineLayers } from "../../../cli/offlineLayers";
import { parseConfig, qualified } from "../../../config/config";
import { projectRoot } from "../../../lib/paths";
import { costTable } from "../../../plan/costs/monthlyCosts";
import { pricesOf } from "../../../plan/costs/prices";

function tableFor(...words: string[]): string {
  const { options } = parseCommandLine(["costs", "--stack", "prod", ...words]);
  const [vault, platform] = offlineLayers(options).map(({ config }) => parseConfig(qualified(config)));
  assert.ok(vault && platform);
  return costTable(costsOf(vault, platform, options));
}

const squeezed = (text: string): string => text.replace(/ +/g, " ").replace(/-+/g, "-");

describe("npm run costs", () => {
  it("prints the table of the guide", () => {
    const guide = readFileSync(join(projectRoot, "docs", "aws.md"), "utf8");
    assert.ok(squeezed(guide).includes(squeezed(tableFor())), tableFor());
    assert.ok(guide.includes(pricesOf));
  });

  it("follows the sizes and the configuration", () => {
    assert.match(tableFor("--database", "200"), /^\| vault, 1\d{3} GB/m);
    assert.doesNotMatch(tableFor("--regions", "1"), /replica, \d/);
    assert.match(tableFor("--config", "natGateways=one"), /^\| NAT gateways, 1 /m);
    assert.match(tableFor("--nodes", "5"), /^\| nodes, 5 /m);
    assert.match(tableFor("--config", "databaseSizeGi=50"), /^\| volume of the database, 50 GB/m);
  });

  for (const [words, message] of [
    [["--regions", "3"], "--regions 3: must be a number from 0 to 2"],
    [["--regions", "0"], "--regions 0: must be 1 or 2"],
    [["--compressed", "2"], "--compressed 2: must be a number from 0 to 1"],
    [["--change", "much"], "--change much: must be a number from 0 to 1000000"],
    [["--models", "1e3"], "--models 1e3: must be a number from 0 to 1000000"],
  ] as const)
    it(`refuses ${words.join(" ")}`, () => {
      assert.throws(() => tableFor(...words), new UsageError(message));
    });

  it("refuses a stack that is not at AWS", async () => {
    const { options } = parseCommandLine(["costs", "--stack", "local"]);
    await assert.rejects(async () => run(options), {
      message: /^stack local is not at AWS, where there are prices for it; say --stack prod/,
    });
  });
});
