import assert from "node:assert/strict";
import { fenceOf } from "../../../../jobs/lineage/fence";
import { decideInitialise, decideTakeOver, type TakeOverFacts } from "../../../../jobs/lineage/takeOver";
import { lineage, opened, siteA, siteB, withdrawn } from "./samples";

const siteC = { id: "uid-c", name: "new/lstm-pfd" };
const now = new Date("2026-01-02T00:00:00Z");
const ago = (seconds: number): Date => new Date(now.getTime() - seconds * 1000);
const facts = (changes: Partial<TakeOverFacts>): TakeOverFacts => ({
  lineage: lineage(opened(1)),
  life: "new",
  site: siteC,
  newestOfHead: ago(3600),
  now,
  archiveTimeoutSeconds: 50,
  takeOver: undefined,
  fromReplica: false,
  ownClaimHasWal: false,
  ...changes,
});
const both = lineage(opened(1), opened(2));
const claimed = lineage(opened(1), undefined);

describe("taking over", () => {
  const allowed: [
    what: string,
    changes: Partial<TakeOverFacts>,
    expected: [parent: number, number: number, withdraw: number[]],
  ][] = [
    ["from a head that has been silent", {}, [1, 2, []]],
    ["from a head that never archived", { newestOfHead: undefined }, [1, 2, []]],
    ["from a head exactly three archive timeouts old", { newestOfHead: ago(150) }, [1, 2, []]],
    ["from a living head that is named", { newestOfHead: ago(10), takeOver: 1 }, [1, 2, []]],
    [
      "from the own site's head, although it looks alive: its volume is lost",
      { newestOfHead: ago(10), site: siteA },
      [1, 2, []],
    ],
    ["past a claim that was withdrawn", { lineage: lineage(opened(1), withdrawn(2)) }, [1, 3, []]],
    ["past a claim of another life that is named", { lineage: claimed, takeOver: 2 }, [1, 3, [2]]],
    ["past a claim of the own site, whose volume is lost", { lineage: claimed, site: siteB }, [1, 3, [2]]],
    ["with the own claim, nothing of which was archived", { lineage: claimed, life: "life-2" }, [1, 2, []]],
    [
      "past the own claim, in whose path a promotion has taken place",
      { lineage: claimed, life: "life-2", ownClaimHasWal: true },
      [1, 3, [2]],
    ],
    ["from the replica, with the word", { fromReplica: true, takeOver: 1 }, [1, 2, []]],
    ["with the head's number once it is dead as well", { takeOver: 1 }, [1, 2, []]],
    ["with a number that is history, which counts for nothing", { lineage: both, takeOver: 1 }, [2, 3, []]],
  ];
  for (const [what, changes, [parent, number, withdraw]] of allowed)
    it(`is allowed ${what}`, () => {
      assert.deepEqual(decideTakeOver(facts(changes)), { action: "take over", parent, number, withdraw });
    });

  const refused: [what: string, changes: Partial<TakeOverFacts>, reason: RegExp, remedy: RegExp][] = [
    [
      "from a head that looks alive",
      { newestOfHead: ago(10) },
      /generation 1 is alive: site prod\/lstm-pfd archived 10 s ago/,
      /takeOver 1/,
    ],
    [
      "from a head one second short of dead",
      { newestOfHead: ago(149) },
      /counts as dead after 150 s/,
      /takeOver 1/,
    ],
    ["from a head whose clock is ahead", { newestOfHead: ago(-30) }, /is alive/, /takeOver 1/],
    [
      "from a living head, with a number that is history",
      { lineage: both, takeOver: 1, newestOfHead: ago(10) },
      /generation 2 is alive.*takeOver is 1, and generation 2 has taken over since: that number is used up/,
      /takeOver 2/,
    ],
    [
      "with a number that nobody has",
      { takeOver: 7 },
      /no such generation is there: the newest one is 1/,
      /set the number/,
    ],
    [
      "while another life takes over",
      { lineage: claimed },
      /site prod-2\/lstm-pfd has claimed generation 2 .*and not opened it/,
      /takeOver 2/,
    ],
    [
      "while another life takes over, with the head's number",
      { lineage: claimed, takeOver: 1 },
      /has claimed generation 2/,
      /takeOver 2/,
    ],
    [
      "from the replica without the word",
      { fromReplica: true },
      /a takeover does not fence it/,
      /takeOver 1/,
    ],
  ];
  for (const [what, changes, reason, remedy] of refused)
    it(`is refused ${what}`, () => {
      const decision = decideTakeOver(facts(changes));
      assert.equal(decision.action, "refuse");
      assert.match(decision.reason, reason);
      assert.match(decision.remedy, remedy);
    });

  it("is nothing to decide where nothing was ever opened", () => {
    assert.deepEqual(decideTakeOver(facts({ lineage: lineage(undefined) })), { action: "none" });
  });
});

describe("the permit to begin empty", () => {
  const decide = (changes: Partial<Parameters<typeof decideInitialise>[0]>) =>
    decideInitialise({
      lineage: lineage(),
      life: "new",
      site: siteC,
      takeOver: undefined,
      otherObject: undefined,
      dump: undefined,
      ignoreDumps: false,
      ...changes,
    });

  it("counts where nothing is", () => {
    assert.deepEqual(decide({}), { action: "initialise", number: 1, withdraw: [] });
  });

  const own: [what: string, changes: Parameters<typeof decide>[0]][] = [
    ["this life's", { life: "life-1" }],
    ["this site's, whose volume is lost", { site: siteA }],
    ["named on purpose", { takeOver: 1 }],
  ];
  for (const [what, changes] of own)
    it(`counts past a claim that nobody has opened and that is ${what}, with another number`, () => {
      assert.deepEqual(decide({ lineage: lineage(undefined), ...changes }), {
        action: "initialise",
        number: 2,
        withdraw: [1],
      });
    });

  it("does not count beside somebody else's claim, nor where anything else lies", () => {
    const beside = decide({ lineage: lineage(undefined) });
    assert.equal(beside.action, "refuse");
    assert.match(beside.reason, /site prod\/lstm-pfd has claimed generation 1/);
    const other = decide({ otherObject: "wal/generation-0007/x" });
    assert.equal(other.action, "refuse");
    assert.match(other.reason, /wal\/generation-0007\/x is there/);
  });

  it("counts beside dumps with an explicit word alone", () => {
    const dumps = decide({ dump: "s3://backups/db/20260101.dump" });
    assert.equal(dumps.action, "refuse");
    assert.match(`${dumps.reason}; ${dumps.remedy}`, /the newest is s3:\S+; .*lstm-pfd:ignoreDumps true/);
    assert.equal(decide({ dump: "s3://backups/db/20260101.dump", ignoreDumps: true }).action, "initialise");
  });
});

describe("the fence", () => {
  const of = (generation: number) => ({ generation, life: `life-${generation}` });
  const states: [what: string, outcomes: Parameters<typeof lineage>, generation: number, state: string][] = [
    ["the head", [opened(1)], 1, "clear"],
    ["a head beside a claim", [opened(1), undefined], 1, "held"],
    ["a head beside a claim that was withdrawn", [opened(1), withdrawn(2)], 1, "clear"],
    ["one that was superseded", [opened(1), opened(2)], 1, "superseded"],
    [
      "one that was superseded past a withdrawn claim, and is claimed again",
      [opened(1), withdrawn(2), opened(3), undefined],
      1,
      "superseded",
    ],
    ["the claimer itself", [opened(1), undefined], 2, "clear"],
    ["a claimer that somebody has skipped", [opened(1), withdrawn(2), undefined], 2, "withdrawn"],
    ["a claimer that another one follows", [opened(1), undefined, undefined], 2, "held"],
  ];
  for (const [what, outcomes, generation, state] of states)
    it(`is ${state} for ${what}`, () => {
      assert.equal(fenceOf(lineage(...outcomes), of(generation)).state, state);
    });
});
