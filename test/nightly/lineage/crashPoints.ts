import assert from "node:assert/strict";
import { jobNames } from "../../../plan/names";
import { rehearse } from "../../../automation/rehearse";
import { chainOf } from "../../../jobs/lineage/chain";
import { frozen } from "./commands";
import { segmentsOf } from "./segmentsOf";
import { type Lives, livesTable, rowsOfLife } from "./lives";
import { type Ended, otherSite, RestoreJobs } from "./restoreJobs";

const MINUTE = 60_000;
const killed = 137;
const volume = "crash";

/** Where a restore is killed, and what must be there then and after it was run again on the same volume. */
interface CrashPoint {
  /** Line that it has written last. */
  line: string;
  /** What the store has of the next generation. */
  leaves: "nothing" | "a claim" | "a claim with WAL" | "an opened generation";
  /** What the run after it does. */
  rerun: "the same number" | "withdraws it, and takes the next number" | "puts it into place" | "keeps it";
}

const crashPoints: CrashPoint[] = [
  { line: "restoring base backup", leaves: "nothing", rerun: "the same number" },
  { line: "base backup is in place", leaves: "nothing", rerun: "the same number" },
  { line: "inspected:", leaves: "nothing", rerun: "the same number" },
  { line: "generation \\d+ is claimed", leaves: "a claim", rerun: "the same number" },
  { line: "stanza-create command end", leaves: "a claim", rerun: "the same number" },
  {
    line: "promoted to timeline",
    leaves: "a claim with WAL",
    rerun: "withdraws it, and takes the next number",
  },
  { line: "generation \\d+ is opened", leaves: "an opened generation", rerun: "puts it into place" },
  { line: "in place:", leaves: "an opened generation", rerun: "keeps it" },
];

/**
 * The restore of a living platform, in Jobs with volumes of their own: killed between two lines, and run again. The first one that
 * opens a generation makes history of the platform's own database.
 */
export function crashPointCases(lives: Lives): void {
  let jobs: RestoreJobs;

  before(async function () {
    this.timeout(MINUTE);
    jobs = new RestoreJobs(lives.database);
    await jobs.open();
  });

  afterEach(() => jobs.clear());

  for (const { line, leaves, rerun } of crashPoints)
    it(`killed after "${line}" it leaves ${leaves}; the next run ${rerun === "the same number" ? "takes the same number" : rerun}`, async () => {
      const before = await lives.newest();
      const next = before.claimed + 1;
      await jobs.volume(volume);
      await killAt(line);
      assert.equal(await leftOf(next), leaves);
      const again = await jobs.run({ name: "again", volume: { claim: volume } });
      assert.equal(again.exitCode, 0, again.message);
      const expected = rerun.startsWith("withdraws") ? next + 1 : next;
      assert.equal(again.result?.["generation"], expected, again.log);
      assert.equal(again.result["action"], rerun === "keeps it" ? "kept" : "restored");
      assert.deepEqual(await lives.newest(), { claimed: expected, opened: expected });
      assert.equal(await stateOf(next), rerun.startsWith("withdraws") ? "withdrawn" : "opened");
      if (!rerun.includes("it")) assertRows(again);
    }).timeout(6 * MINUTE);

  for (const [line, state] of [
    ["generation \\d+ is claimed", "withdrawn"],
    ["generation \\d+ is opened", "opened"],
  ] as const)
    it(`killed after "${line}", and its volume lost: a fresh one takes the next number, with every row`, async () => {
      const next = (await lives.newest()).claimed + 1;
      await jobs.volume(volume);
      await killAt(line);
      await jobs.clear();
      await jobs.volume(volume);
      const fresh = await jobs.run({ name: "fresh", volume: { claim: volume } });
      assert.equal(fresh.exitCode, 0, fresh.message);
      assert.equal(fresh.result?.["generation"], next + 1);
      assert.equal(await stateOf(next), state);
      assertRows(fresh);
    }).timeout(6 * MINUTE);

  it("frozen before it opens, it is not served when it wakes after another one has opened", async () => {
    const next = (await lives.newest()).claimed + 1;
    await jobs.volume(volume);
    await jobs.volume("other");
    await jobs.start({
      name: "frozen",
      volume: { claim: volume },
      stop: { at: "promoted to timeline", by: "SIGSTOP" },
    });
    const pid = await frozen(lives.home, jobNames.restoreDatabase);
    const other = await jobs.run({ name: "other", volume: { claim: "other" } });
    assert.equal(other.exitCode, 0, other.message);
    assert.equal(other.result?.["generation"], next + 1);
    assertRows(other);
    process.kill(pid, "SIGCONT");
    const woken = await jobs.ended("frozen");
    process.stdout.write(`${woken.message}\n`);
    assert.notEqual(woken.exitCode, 0);
    assert.match(
      woken.message,
      new RegExp(
        `restore-database: the claim of generation ${next} was withdrawn by site .* at 20\\S+: this restore was too slow, and its database is not served; `,
      ),
    );
    assert.deepEqual(await lives.newest(), { claimed: next + 1, opened: next + 1 });
  }).timeout(6 * MINUTE);

  it("waits for a word when another site has claimed, and died before it opened", async () => {
    const { claimed, opened } = await lives.newest();
    await jobs.volume(volume);
    const dies = await jobs.run({
      name: "dies",
      volume: { claim: volume },
      env: { ...otherSite, TAKE_OVER: String(opened) },
      stop: { at: "generation \\d+ is claimed", by: "SIGKILL" },
    });
    assert.equal(dies.exitCode, killed, dies.message);
    await jobs.clear();
    await jobs.volume(volume);
    const refused = await jobs.run({ name: "refused", volume: { claim: volume } });
    process.stdout.write(`${refused.message}\n`);
    assert.notEqual(refused.exitCode, 0);
    assert.match(
      refused.message,
      new RegExp(
        `restore-database: site another/lstm-pfd has claimed generation ${claimed + 1} at 20\\S+ and not opened it: it is taking over, or has died while it did.*; let it finish; only if it is certainly dead, set lstm-pfd:takeOver ${claimed + 1}`,
      ),
    );
    assert.deepEqual(await lives.newest(), { claimed: claimed + 1, opened });
    await jobs.clear();
    await jobs.volume(volume);
    const told = await jobs.run({
      name: "told",
      volume: { claim: volume },
      env: { TAKE_OVER: String(claimed + 1) },
    });
    assert.equal(told.exitCode, 0, told.message);
    assert.deepEqual(await lives.newest(), { claimed: claimed + 2, opened: claimed + 2 });
  }).timeout(6 * MINUTE);

  it("is not replayed past a fork when the first segment of the newest generation was deleted", async () => {
    const before = await lives.newest();
    await jobs.volume(volume);
    await lives.whileHidden(await segmentsOf(lives, before.opened), async () => {
      const ended = await jobs.run({ name: "beyond", volume: { claim: volume } });
      process.stdout.write(`${ended.message}\n`);
      assert.notEqual(ended.exitCode, 0, ended.log);
      assert.match(
        ended.message,
        new RegExp(
          `restore-database: generation ${before.opened} has lost the first segment of timeline \\d+ \\(number \\d+\\), with which it left timeline \\d+; `,
        ),
      );
    });
    assert.deepEqual(await lives.newest(), before);
  }).timeout(4 * MINUTE);

  it("leaves a chain, after all of it, that a rehearsal reads to its end", async () => {
    const { opened } = await lives.newest();
    const chain = chainOf(await lives.lineage(), opened);
    assert.equal(chain.stretches.at(-1)?.generation, opened);
    const rehearsed = (await rehearse(lives.database)) as Record<string, unknown>;
    assert.equal((rehearsed["rowCounts"] as Record<string, number>)[livesTable], lives.written * rowsOfLife);
  }).timeout(6 * MINUTE);

  async function killAt(line: string): Promise<void> {
    const ended = await jobs.run({
      name: "killed",
      volume: { claim: volume },
      stop: { at: line, by: "SIGKILL" },
    });
    assert.equal(ended.exitCode, killed, `${ended.message}\n${ended.log}`);
    assert.match(ended.log.trim().split("\n").at(-1) ?? "", new RegExp(line));
  }

  async function leftOf(generation: number): Promise<CrashPoint["leaves"]> {
    const { generations } = await lives.lineage();
    const found = generations.find(({ number }) => number === generation);
    const path = await lives.keys(`wal/generation-${String(generation).padStart(4, "0")}/`);
    if (found === undefined) {
      assert.deepEqual(path, []);
      return "nothing";
    }
    if (found.outcome !== undefined) {
      assert.equal(found.outcome.state, "opened");
      return "an opened generation";
    }
    return path.some((key) => /\/[0-9A-F]{8}(\.history|[0-9A-F]{16})/.test(key))
      ? "a claim with WAL"
      : "a claim";
  }

  async function stateOf(generation: number): Promise<string | undefined> {
    const { generations } = await lives.lineage();
    return generations.find(({ number }) => number === generation)?.outcome?.state;
  }

  /** A row that came back twice would break the primary key, and count besides. */
  function assertRows({ result }: Ended): void {
    const counts = result?.["rowCounts"] as Record<string, number> | undefined;
    assert.equal(counts?.[livesTable], lives.written * rowsOfLife);
  }
}
