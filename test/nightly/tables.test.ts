import { cleanedUp } from "../e2e/drill/cleanedUp";
import { leavesNothing } from "../e2e/leavesNothing";
import { Lives } from "./lineage/lives";
import { dumpCases } from "./tables/dumps";
import { momentsCases } from "./tables/moments";
import { rescueCases } from "./tables/rescue";

const MINUTE = 60_000;

// One site and one vault. The suites share the tables that they make.
leavesNothing("tables", () => {
  before(() => {
    process.env["PULUMI_CONFIG_PASSPHRASE"] = "of the tables' cases";
  });
  cleanedUp();

  describe("of one database", () => {
    const lives = new Lives();
    before(async function () {
      this.timeout(8 * MINUTE);
      await lives.begin();
    });
    after(() => {
      lives.close();
    });
    describe("the moment of a mistake", () => {
      momentsCases(lives);
    });
    describe("one table", () => {
      rescueCases(lives);
    });
    describe("dumps", () => {
      dumpCases(lives);
    });
  });
});
