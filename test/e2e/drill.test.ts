import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { drillSteps } from "../../drill/runDrill";
import { cleanedUp } from "./drill/cleanedUp";
import { assertPassed, startDrill } from "./drill/drillProcess";
import { checkpointCases } from "./drill/checkpoints";
import { damageCases } from "./drill/damage";
import { doctorCases } from "./drill/doctor";
import { lineageCases } from "./drill/lineage";
import { DrillVault } from "./drill/drillVault";
import { leavesNothing } from "./leavesNothing";

const MINUTE = 60_000;

// One site and one vault: those of the drill. What it keeps is lost again, with damages, and the next drill removes it.
leavesNothing("the drill", () => {
  before(() => {
    process.env["PULUMI_CONFIG_PASSPHRASE"] = "of the drill's cases";
  });
  const changes = cleanedUp();

  // In suites of their own, because Mocha runs the cases of a suite before the suites in it.
  describe("rehearsal", () => {
    it("loses everything, and brings it back within its objectives", async () => {
      await assertPassed(startDrill("--keep"));
    }).timeout(20 * MINUTE);
  });

  describe("damage", () => {
    const vault = new DrillVault();
    before(async function () {
      this.timeout(2 * MINUTE);
      await vault.open();
    });
    after(() => {
      vault.close();
    });
    damageCases(vault);
    describe("checkpoints", () => {
      checkpointCases(vault);
    });
    describe("doctor", () => {
      doctorCases(vault);
    });
    describe("another site", () => {
      lineageCases(vault);
    });
  });

  describe("interruption", () => {
    it("removes what an earlier one has kept, and on Ctrl-C what it made itself", async () => {
      const drill = startDrill();
      await drill.untilStep(drillSteps.begin);
      await sleep(5000);
      drill.child.kill("SIGINT");
      assert.equal(await drill.end(), 130, drill.output());
      assert.match(drill.output(), /error: stopped by SIGINT/);
      assert.deepEqual(await changes(), []);
    }).timeout(10 * MINUTE);
  });
});
