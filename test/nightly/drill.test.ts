import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { drillSetup } from "../../drill/setup";
import { drillSteps } from "../../drill/runDrill";
import { projectRoot } from "../../lib/paths";
import { run } from "../../lib/process";
import { withTemporaryDirectory } from "../../lib/temporaryDirectory";
import { networkNamespace } from "@lstm-pfd/local-cloud/object-store/address";
import { cleanedUp } from "../e2e/drill/cleanedUp";
import { assertPassed, cleanUpAll, startDrill } from "../e2e/drill/drillProcess";
import { leavesNothing } from "../e2e/leavesNothing";

const MINUTE = 60_000;

leavesNothing("drills that are killed", () => {
  const changes = cleanedUp();

  for (const step of [drillSteps.vault, drillSteps.begin])
    it(`in "${step}", leave nothing that the next run does not remove`, async () => {
      const drill = startDrill();
      await drill.untilStep(step);
      await sleep(3000);
      drill.child.kill("SIGKILL");
      await drill.end();
      await cleanUpAll();
      assert.deepEqual(await changes(), []);
    }).timeout(15 * MINUTE);

  // What this one leaves is removed by the next case, and by nothing else.
  it("while they recover, leave a half-made site B", async () => {
    const drill = startDrill();
    await drill.untilStep(drillSteps.recovery);
    await sleep(20_000);
    assert.ok(!drill.output().includes(`done ${drillSteps.recovery}`), drill.output());
    drill.child.kill("SIGKILL");
    await drill.end();
    const { siteB } = await drillSetup();
    const left = await changes();
    assert.ok(
      left.some((line) => line.startsWith(`+ namespaces: ${networkNamespace(siteB.name)}`)),
      left.join("\n"),
    );
  }).timeout(15 * MINUTE);

  it("are followed by one that passes on images that were saved, and leaves nothing behind", async () => {
    await withTemporaryDirectory("lpfd-images", async (directory) => {
      await run(process.execPath, ["--import", "tsx", "cli/main.ts", "images", "--save", directory], {
        cwd: projectRoot,
      });
      const drill = startDrill("--images", directory);
      await assertPassed(drill);
      assert.ok(drill.output().includes(`done Images of ${directory}`), drill.output());
    });
    assert.deepEqual(await changes(), []);
  }).timeout(25 * MINUTE);
});
