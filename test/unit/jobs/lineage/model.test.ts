import assert from "node:assert/strict";
import { mutations } from "./model/mutations";
import { play, type Played } from "./model/player";
import { rules } from "./model/rules";

/** Games; MODEL_RUNS=100000 plays for some minutes. */
const runs = Number(process.env["MODEL_RUNS"] ?? 2500);
const steps = 400;

function told({ violation, trace }: Played, seed: number): string {
  const done = trace.filter((line) => line !== "").slice(-60);
  return `game ${seed}: ${violation ?? ""}\n${done.join("\n")}`;
}

describe("the lineage, played by up to four sites that crash, freeze, lose volumes and take over", function () {
  this.timeout(60_000 + runs * 100);

  it("never misses a record that the head has archived, brings none of a dead branch, and always has a way out", () => {
    const total: Record<string, number> = {};
    for (let seed = 1; seed <= runs; seed += 1) {
      const played = play(rules, { seed, steps, tampers: seed % 3 === 0 });
      assert.equal(played.violation, undefined, told(played, seed));
      for (const [what, count] of Object.entries(played.game.counts))
        total[what] = (total[what] ?? 0) + count;
    }
    // A player to whom nothing happens proves nothing.
    for (const [what, count] of Object.entries(total)) assert.ok(count > 0, `no game had "${what}"`);
    assert.ok((total["recoveries"] ?? 0) > 10 * runs, JSON.stringify(total));
    if (process.env["MODEL_RUNS"] !== undefined) console.log(`      ${runs} games: ${JSON.stringify(total)}`);
  });

  for (const { what, rules: broken, tampers = false, from = 1 } of mutations)
    it(`finds it out when ${what}`, () => {
      for (let seed = from; seed < from + 4000; seed += 1)
        if (play(broken, { seed, steps, tampers }).violation !== undefined) return;
      assert.fail("no game found it");
    });
});
