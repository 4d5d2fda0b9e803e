import assert from "node:assert/strict";
import {
  forgetHeld,
  type Held,
  hold,
  noteHeld,
  release,
  startDatabase,
} from "../../../automation/heldApplication";
import { rehearse } from "../../../automation/rehearse";
import { committedPrefix } from "../../../jobs/database/committedRecord";
import { runNames } from "../../../plan/names";
import { inPlaceTrial, nextOperation } from "./inPlaceTrial";
import type { Lives } from "./lives";
import { type Ended, RestoreJobs } from "./restoreJobs";

const MINUTE = 60_000;
const killed = 137;
const volume = "sorted";
const quiet = (): undefined => undefined;

/**
 * A database whose text was sorted by another ICU than that of its image. The library is one and the same here: an index is built with German
 * rules, and then its collation becomes a Swedish one of an older version, which is what another library would do.
 */
export function collationCases(lives: Lives): void {
  let jobs: RestoreJobs;
  let held: Held;
  let version = "";

  before(async function () {
    this.timeout(8 * MINUTE);
    jobs = new RestoreJobs(lives.database);
    await jobs.open();
    await lives.database.value(`
      create extension amcheck;
      create collation public.sorted (provider = icu, locale = 'de');
      create table public.words (word text collate public.sorted primary key);
      alter table public.words owner to lstm_pfd;
      insert into public.words select letter || row from generate_series(1, 300) as row, unnest(array['a', chr(228), 'z']) as letter`);
    assert.equal(await found(), "1");
    await lives.database.value(
      "update pg_collation set colliculocale = 'sv', collversion = '1.1' where collname = 'sorted'",
    );
    version = await lives.database.value(
      "select pg_collation_actual_version(oid) from pg_collation where collname = 'sorted'",
    );
    assert.equal(await found(), "0", "the index is not wrong, so that nothing would be seen of its rebuild");
    await assert.rejects(check(), /exit code 3/);
    await lives.database.runCronJob(runNames.databaseFull, "full-sorted", 300);
    held = await noteHeld(lives.database, { action: "replace", wanted: "" }, "sorted");
  });

  after(async function () {
    this.timeout(8 * MINUTE);
    await jobs.clear();
    await startDatabase(lives.database);
    await release(lives.database, held, quiet);
    await forgetHeld(lives.database, held);
    await lives.database.value(
      "drop table public.words; drop collation public.sorted; drop extension amcheck",
    );
    await lives.database.runCronJob(runNames.databaseFull, "full-after-sorted", 300);
  });

  afterEach(() => jobs.clear());

  it("is noted with its backup: the version that it was built with, and the server's", async () => {
    const { text } = await record();
    assert.deepEqual((JSON.parse(text) as { collations?: unknown }).collations, [
      { provider: "icu", locale: "sv", recorded: "1.1", actual: version },
    ]);
  }).timeout(MINUTE);

  it("is not rehearsed, nor planned in place, with its server at work", async () => {
    await assert.rejects(rehearse(lives.database), refusal("nothing was fetched"));
    await refused(inPlaceTrial("plan", {}), refusal("nothing was fetched"));
    await hold(lives.database, held, quiet);
  }).timeout(6 * MINUTE);

  for (const [what, accepted] of [
    ["nothing is accepted", ""],
    ["the versions of the last change are", "icu:1.1,libc:2.36"],
  ] as const)
    it(`is refused before the download when ${what}`, async () => {
      await jobs.volume(volume);
      const { log } = await refused(
        { name: "refused", volume: { claim: volume }, env: { ACCEPT_COLLATIONS: accepted } },
        refusal("nothing was fetched"),
      );
      assert.doesNotMatch(log, /restoring base backup/);
    }).timeout(4 * MINUTE);

  it("is refused before the claim when its backup has noted nothing, which is said", async () => {
    const { key, text } = await record();
    const { collations, ...older } = JSON.parse(text) as { collations?: unknown };
    assert.ok(collations);
    await jobs.volume(volume);
    await lives.whileReplaced(key, JSON.stringify(older), async () => {
      const { log } = await refused(
        { name: "unknown", volume: { claim: volume } },
        refusal("nothing was claimed"),
      );
      assert.match(
        log,
        /collation versions are unknown: base backup \S+ does not say .*\n[^]*restoring base backup/,
      );
    });
  }).timeout(4 * MINUTE);

  it("is refused in place, and is there as before", async () => {
    const before = await lives.newest();
    await refused(inPlaceTrial("replace", {}), refusal("nothing was fetched"));
    assert.deepEqual(await lives.newest(), before);
    assert.equal(await served(found), "0");
  }).timeout(6 * MINUTE);

  it("comes back with its indexes rebuilt when its versions are accepted, also after a kill in between", async () => {
    const { claimed } = await lives.newest();
    const env = { ACCEPT_COLLATIONS: `icu:${version}`, OPERATION: nextOperation() };
    const dies = await jobs.run(
      inPlaceTrial("replace", env, { at: "rebuilding the indexes of database postgres", by: "SIGKILL" }),
    );
    assert.equal(dies.exitCode, killed, `${dies.message}\n${dies.log}`);
    assert.match(dies.log, /rebuilding the indexes of database lstm_pfd: icu 1\.1/);
    const again = await done(inPlaceTrial("replace", env));
    assert.deepEqual(await lives.newest(), { claimed: claimed + 2, opened: claimed + 2 });
    assertRebuilt(again, ["lstm_pfd", "postgres", "template1"]);
    await served(assertMended);
  }).timeout(8 * MINUTE);

  it("is brought back by an undo in the same way, and not otherwise", async () => {
    const before = await lives.newest();
    await refused(inPlaceTrial("undo", {}), refusal("nothing was claimed"));
    assert.deepEqual(await lives.newest(), before);
    await served(assertMended);
    const undone = await done(inPlaceTrial("undo", { ACCEPT_COLLATIONS: `icu:${version}` }));
    assertRebuilt(undone, ["lstm_pfd", "postgres", "template1"]);
    await served(assertMended);
    await done(inPlaceTrial("forget", {}));
  }).timeout(8 * MINUTE);

  /** @param untouched what has not happened yet */
  function refusal(untouched: string): RegExp {
    return new RegExp(
      `built with other collation versions than this image has: icu 1\\.1( and ${version})?, here ${version} \\(sv\\).*; ${untouched}; .*lstm-pfd:acceptCollations icu:${version}, `,
    );
  }

  async function refused(trial: Parameters<RestoreJobs["run"]>[0], message: RegExp): Promise<Ended> {
    const before = await state();
    const ended = await jobs.run(trial);
    process.stdout.write(`${ended.message}\n`);
    assert.notEqual(ended.exitCode, 0, ended.log);
    assert.match(ended.message, message);
    assert.deepEqual(await state(), before);
    return ended;
  }

  async function done(trial: Parameters<RestoreJobs["run"]>[0]): Promise<Ended> {
    const ended = await jobs.run(trial);
    assert.equal(ended.exitCode, 0, `${ended.message}\n${ended.log}`);
    return ended;
  }

  function assertRebuilt({ result }: Ended, databases: string[]): void {
    const rebuilt = result?.["rebuilt"] as { databases: string[]; because: string; seconds: number };
    process.stdout.write(`${JSON.stringify(rebuilt)}\n`);
    assert.deepEqual(rebuilt.databases, databases);
    assert.match(rebuilt.because, /^icu 1\.1/);
    assert.ok(rebuilt.seconds > 0);
  }

  /** Starts the server, asks it something, and stops it again. */
  async function served<T>(ask: () => Promise<T>): Promise<T> {
    await startDatabase(lives.database);
    const answer = await ask();
    await lives.assertRows();
    await hold(lives.database, { ...held, replicas: {}, suspended: {} }, quiet);
    return answer;
  }

  async function assertMended(): Promise<void> {
    assert.equal(await found(), "1");
    await check();
    assert.equal(
      await lives.database.value("select collversion from pg_collation where collname = 'sorted'"),
      version,
    );
  }

  /** How often a word that is there is found by its index. */
  function found(): Promise<string> {
    return lives.database.value(
      "set enable_seqscan = off; select count(*) from public.words where word = chr(228) || '7'",
    );
  }

  /** Compares every entry of the index with its neighbours, and every row with the index. */
  function check(): Promise<string> {
    return lives.database.value("select bt_index_check('public.words_pkey', true)");
  }

  async function record(): Promise<{ key: string; text: string }> {
    const keys = await lives.keys(committedPrefix((await lives.newest()).opened));
    const key = keys.at(-1) ?? "";
    return { key, text: await lives.read(key) };
  }

  /** All that is in the vault, but for the tries of the store's conditions. */
  async function state(): Promise<string[]> {
    const versions = await lives.versions("wal/");
    return versions
      .filter(({ key }) => !key.startsWith("wal/probe/"))
      .map(({ key, id, marker }) => `${key} ${id} ${String(marker)}`)
      .sort();
  }
}
