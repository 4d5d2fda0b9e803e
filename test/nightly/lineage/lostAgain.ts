import assert from "node:assert/strict";
import { waitForSuccess } from "../../../lib/wait";
import { chainOf } from "../../../jobs/lineage/chain";
import type { Lives } from "./lives";
import { startUp } from "./startUp";

const MINUTE = 60_000;

/** Lost again and again, each time with its site, its disks and the state of its stack: what was archived is never missing. */
export function lostAgainCases(lives: Lives): void {
  it("lost before the first backup of its generation, it comes back with every row", async () => {
    await lives.write();
    const { home, elsewhere } = lives;
    const { opened } = await lives.newest();
    await lives.lose(home);
    // Lost before `up` has ended, so it runs where it can be lost as well.
    const up = startUp(lives, elsewhere, { takeOver: String(opened) });
    lives.living = elsewhere;
    await waitForSuccess("the database to serve", { timeoutMs: 4 * MINUTE }, async () => {
      assert.equal(await lives.database.value("select pg_is_in_recovery()"), "f");
    });
    await lives.write();
    up.child.kill("SIGKILL");
    await lives.lose(elsewhere);
    await up.ended;
    const generation = `wal/generation-${String(opened + 1).padStart(4, "0")}/`;
    assert.deepEqual(await lives.keys(`${generation}committed/`), []);
    await lives.bringUp(home, { takeOver: String(opened + 1) });
    lives.living = home;
    await lives.assertRows();
  }).timeout(12 * MINUTE);

  // With the permit to begin empty left in the settings, which changes nothing.
  for (const time of ["second", "third"])
    it(`lost a ${time} time in a row, with the permit left on, it comes back with every row`, async () => {
      await lives.write();
      await lives.loseAndRecover({ initialise: "true" });
      await lives.assertRows();
      const lineage = await lives.lineage();
      const { opened } = await lives.newest();
      assert.deepEqual(
        chainOf(lineage, opened).stretches.map(({ generation }) => generation),
        Array.from({ length: opened }, (_, index) => index + 1),
      );
    }).timeout(8 * MINUTE);
}
