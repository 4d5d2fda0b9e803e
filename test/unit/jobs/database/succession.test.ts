import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "../../../../lib/failure";
import { Succession } from "../../../../jobs/database/succession";
import type { Lineage } from "../../../../jobs/lineage/readLineage";
import type { Claim, Outcome } from "../../../../jobs/lineage/records";
import { readVolumeLife } from "../../../../jobs/lineage/volumeLife";
import { claim, lineage, opened, siteB, withdrawn } from "../lineage/samples";

describe("a life on its way into the lineage", () => {
  const directory = mkdtempSync(join(tmpdir(), "succession-"));
  const lifeFile = join(directory, "life");
  afterEach(() => {
    rmSync(lifeFile, { force: true });
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  const one = lineage(opened(1));
  /** A store that answers as told, and what was asked of it. */
  function stored(
    reads: (Lineage | Failure)[],
    answers: { claim?: Claim; settle?: (outcome: Outcome) => Outcome } = {},
  ): { asked: string[]; succession: (withdraw?: number[]) => Succession } {
    const asked: string[] = [];
    const store = {
      read: () => {
        asked.push("read");
        const next = reads.shift() ?? one;
        return next instanceof Failure ? Promise.reject(next) : Promise.resolve(next);
      },
      claim: (made: Claim) => {
        asked.push(`claim ${made.generation}`);
        return Promise.resolve(answers.claim ?? made);
      },
      settle: (made: Outcome) => {
        asked.push(`${made.state} ${made.generation}`);
        return Promise.resolve(answers.settle?.(made) ?? made);
      },
    };
    const plan = {
      store,
      lifeFile,
      life: "mine",
      site: siteB,
      number: 3,
      parent: 1,
      reason: "recovery" as const,
    };
    return { asked, succession: (withdraw = [2]) => new Succession({ ...plan, withdraw }, () => undefined) };
  }

  it("looks, withdraws what it skips, claims, and looks again", async () => {
    const { asked, succession } = stored([]);
    await succession().claim();
    assert.deepEqual(asked, ["read", "withdrawn 2", "claim 3", "read"]);
    assert.deepEqual(readVolumeLife(lifeFile), { life: "mine", generation: 3, state: "claimed" });
  });

  it("does not go on with a number whose claim was deleted", async () => {
    const { succession } = stored([
      one,
      new Failure("the record 0003-claim.json was deleted", "bring it back"),
    ]);
    await assert.rejects(succession().claim(), /0003-claim\.json was deleted/);
    assert.equal(readVolumeLife(lifeFile)?.state, "claiming");
  });

  const overtaken: [
    what: string,
    reads: Lineage[],
    answers: Parameters<typeof stored>[1],
    asked: string[],
  ][] = [
    ["has claimed", [lineage(opened(1), undefined, undefined)], {}, ["read"]],
    [
      "claims in the same moment",
      [],
      { claim: claim(3, { life: "another" }) },
      ["read", "withdrawn 2", "claim 3"],
    ],
    ["has opened what is skipped", [], { settle: () => opened(2) }, ["read", "withdrawn 2"]],
  ];
  for (const [what, reads, answers, expected] of overtaken)
    it(`stops where somebody else ${what}`, async () => {
      const { asked, succession } = stored([...reads], answers);
      await assert.rejects(succession().claim(), Failure);
      assert.deepEqual(asked, expected);
    });

  it("does not serve once its claim was withdrawn", async () => {
    const { succession } = stored([], { settle: () => withdrawn(3) });
    await assert.rejects(succession([]).open(opened(3)), /was withdrawn by site/);
    assert.equal(readVolumeLife(lifeFile), undefined);
  });
});
