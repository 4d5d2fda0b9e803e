import { cleanedUp } from "../e2e/drill/cleanedUp";
import { leavesNothing } from "../e2e/leavesNothing";
import { adoptionCases, livingAdoptionCases } from "./lineage/adoption";
import { collationCases } from "./lineage/collations";
import { collectionCases } from "./lineage/collection";
import { crashPointCases } from "./lineage/crashPoints";
import { lateBackupCases } from "./lineage/lateBackup";
import { Lives } from "./lineage/lives";
import { lostAgainCases } from "./lineage/lostAgain";
import { refusalCases } from "./lineage/refusals";
import { replacementCases } from "./lineage/replacement";
import { twoAtOnceCases } from "./lineage/twoAtOnce";

const MINUTE = 60_000;

// One vault, and one database that is lost again and again. Each suite goes on with what the one before has left.
leavesNothing("lineage", () => {
  before(() => {
    process.env["PULUMI_CONFIG_PASSPHRASE"] = "of the lineage's cases";
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
    describe("a vault from before there were claims, whose site lives", () => {
      livingAdoptionCases(lives);
    });
    describe("a vault from before there were claims, whose site is lost", () => {
      adoptionCases(lives);
    });
    describe("two sites brought up in the same second", () => {
      twoAtOnceCases(lives);
    });
    describe("a database that is lost again and again", () => {
      lostAgainCases(lives);
    });
    describe("a restore that must not be", () => {
      refusalCases(lives);
    });
    describe("a replacement in place that is stopped between two lines", () => {
      replacementCases(lives);
    });
    describe("text that another image sorts differently", () => {
      collationCases(lives);
    });
    describe("an expiry after claims were withdrawn", () => {
      collectionCases(lives);
    });
    // From here on Jobs make history of the platform's own database.
    describe("a full backup of a site that is history", () => {
      lateBackupCases(lives);
    });
    describe("a restore that is stopped between two lines", () => {
      crashPointCases(lives);
    });
  });
});
