import assert from "node:assert/strict";
import type { DrillSite } from "../../../drill/setup";
import type { Lives } from "./lives";
import { startUp, type UpEnded } from "./startUp";

const MINUTE = 60_000;

/** The head has died, and two sites are brought up from the same kit in the same second. */
export function twoAtOnceCases(lives: Lives): void {
  let head: number;
  let loser: DrillSite;
  let winner: DrillSite;

  it("lets one of them win, and the other one stop with a sentence that names the winner", async () => {
    const { siteA, siteB } = lives.setup;
    head = (await lives.newest()).opened;
    for (const site of [siteA, siteB]) await lives.lose(site);
    const ended = await Promise.all([siteA, siteB].map((site) => upInOwnProcess(site)));
    const codes = ended.map(({ code }) => code);
    assert.deepEqual([...codes].sort(), [0, 1], ended.map(({ output }) => output).join("\n"));
    const [first, second] = ended;
    [winner, loser] = codes[0] === 0 ? [siteA, siteB] : [siteB, siteA];
    const said = (codes[0] === 0 ? second : first)?.output ?? "";
    process.stdout.write(`${said}\n`);
    assert.match(said, new RegExp(`restore-database: .*site ${winner.name}/lstm-pfd .*`));
    lives.living = winner;
    await assertOnlyWinner();
  }).timeout(12 * MINUTE);

  it("mixes nothing: the winner has every row, and one timeline in its path", async () => {
    await lives.assertRows();
    const { generations } = await lives.lineage();
    const opened = generations.at(-1)?.outcome;
    assert.ok(opened?.state === "opened");
    const path = `wal/generation-${String(head + 1).padStart(4, "0")}/repository/archive/`;
    const names = (await lives.keys(path)).flatMap(
      (key) => /\/([0-9A-F]{24})-[0-9a-f]{40}/.exec(key)?.[1] ?? [],
    );
    assert.ok(names.length > 0);
    assert.equal(new Set(names).size, names.length, `a segment is there twice: ${names.join()}`);
    const timelines = new Set(names.map((name) => parseInt(name.slice(0, 8), 16)));
    assert.deepEqual([...timelines], [opened.timeline]);
  }).timeout(MINUTE);

  it("does not let the loser win by being repeated", async () => {
    const again = await upInOwnProcess(loser);
    process.stdout.write(`${again.output}\n`);
    assert.equal(again.code, 1);
    assert.match(
      again.output,
      new RegExp(
        `restore-database: generation ${head + 1} is alive: site ${winner.name}/lstm-pfd \\S+ archived \\d+ s ago .*lstm-pfd:takeOver is ${head}, and generation ${head + 1} has taken over since: that number is used up`,
        "s",
      ),
    );
    await assertOnlyWinner();
    assert.equal(await lives.database.value("select pg_is_in_recovery()"), "f");
    await lives.lose(loser);
  }).timeout(6 * MINUTE);

  async function assertOnlyWinner(): Promise<void> {
    const { generations } = await lives.lineage();
    const later = generations.filter(({ number }) => number > head);
    const opened = later.filter(({ outcome }) => outcome?.state === "opened");
    assert.deepEqual(
      opened.map(({ claim }) => claim.site.name.split(" ")[0]),
      [`${winner.name}/lstm-pfd`],
    );
    for (const { number, outcome } of later)
      assert.ok(outcome?.state === "opened" || outcome?.state === "withdrawn", `generation ${number}`);
    for (const folder of new Set((await lives.keys("wal/generation-")).map((key) => key.split("/")[1] ?? "")))
      assert.ok(
        generations.some(({ number }) => folder === `generation-${String(number).padStart(4, "0")}`),
        `${folder} is of nobody`,
      );
  }

  function upInOwnProcess(site: DrillSite): Promise<UpEnded> {
    return startUp(lives, site, { takeOver: String(head) }).ended;
  }
}
