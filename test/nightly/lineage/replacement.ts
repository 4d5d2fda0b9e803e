import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import {
  hold,
  noteHeld,
  release,
  startDatabase,
  forgetHeld,
  type Held,
} from "../../../automation/heldApplication";
import { names } from "../../../plan/names";
import { inPlaceTrial, nextOperation } from "./inPlaceTrial";
import type { Lives } from "./lives";
import { type Ended, RestoreJobs } from "./restoreJobs";

const MINUTE = 60_000;
const killed = 137;
const quiet = (): undefined => undefined;
const utcNow = `select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

type Stop = { at: string } | { atRename: string };

/** Where a Job is killed, and which database the volume may serve then: the old one, or none before the next run. */
interface Kill {
  after: string;
  stop: Stop;
  serves: "the old one" | "none";
}

const common: Kill[] = [
  {
    after: "the end of the old one is known",
    stop: { at: "the database of generation .* ends at" },
    serves: "the old one",
  },
  { after: "the inspection", stop: { at: "inspected:" }, serves: "the old one" },
  { after: "the claim", stop: { at: "is claimed" }, serves: "none" },
  { after: "the stanza", stop: { at: "stanza-create command end" }, serves: "none" },
  { after: "the promotion", stop: { at: "promoted to timeline" }, serves: "none" },
  { after: "the opening", stop: { at: "is opened on timeline" }, serves: "none" },
  { after: "the old one was set aside", stop: { atRename: "/pgdata\\.kept-\\d{4}$" }, serves: "none" },
  { after: "the new one was put into place", stop: { atRename: "/pgdata$" }, serves: "none" },
];

const replaceKills: Kill[] = [
  { after: "the download has begun", stop: { at: "restoring base backup" }, serves: "the old one" },
  { after: "the download", stop: { at: "base backup is in place" }, serves: "the old one" },
  ...common,
];

/**
 * The database of the living platform is replaced in place, and that is undone; each Job is killed between two lines of its source and
 * run again. What is served is wholly the old one or wholly the new one.
 */
export function replacementCases(lives: Lives): void {
  let jobs: RestoreJobs;
  let held: Held;
  let target = "";

  before(async function () {
    this.timeout(5 * MINUTE);
    jobs = new RestoreJobs(lives.database);
    await jobs.open();
    await sql("create table public.dropped as select generate_series(1, 100) as row");
    target = await lives.database.value(utcNow);
    await sleep(2000);
    await sql(
      "drop table public.dropped; create table public.later as select generate_series(1, 100) as row",
    );
    held = await noteHeld(lives.database, { action: "replace", wanted: target }, "trials");
    await hold(lives.database, held, quiet);
  });

  after(async function () {
    this.timeout(5 * MINUTE);
    await jobs.clear();
    await startDatabase(lives.database);
    await release(lives.database, held, quiet);
    await forgetHeld(lives.database, held);
  });

  afterEach(() => jobs.clear());

  for (const { after, stop, serves } of replaceKills)
    it(`replaced, and killed after ${after}: the next run goes on, and an undo brings the old one back`, async () => {
      await killedAndAgain("replace", { RESTORE_TO: target }, stop, serves);
      assert.equal(await served(), "the old state");
      await step("undo", {});
      assert.equal(await served(), "the new state");
      await step("forget", {});
    }).timeout(8 * MINUTE);

  for (const { after, stop, serves } of common)
    it(`undone, and killed after ${after}: the next run goes on`, async () => {
      await step("replace", { RESTORE_TO: target });
      await killedAndAgain("undo", {}, stop, serves);
      assert.equal(await served(), "the new state");
      await step("forget", {});
    }).timeout(8 * MINUTE);

  it("given up after its claim, it leaves the old one as it was, and its claim fences nobody", async () => {
    const { claimed, opened } = await lives.newest();
    const dies = await job("replace", { RESTORE_TO: target }, { at: "is claimed" });
    assert.equal(dies.exitCode, killed, dies.message);
    const given = await step("undo", {});
    assert.equal(given.result?.["action"], "given up", given.log);
    assert.deepEqual(await lives.newest(), { claimed: claimed + 1, opened });
    assert.equal(await served(), "the new state");
  }).timeout(8 * MINUTE);

  async function killedAndAgain(
    action: "replace" | "undo",
    env: Record<string, string>,
    stop: Stop,
    serves: Kill["serves"],
  ): Promise<void> {
    const operation = nextOperation();
    const before = await lives.newest();
    const dies = await job(action, { ...env, OPERATION: operation }, stop);
    assert.equal(dies.exitCode, killed, `${dies.message}\n${dies.log}`);
    const state = await step("state", {});
    assert.equal(
      state.result?.["servable"],
      serves === "the old one" ? before.opened : null,
      JSON.stringify(state.result),
    );
    const again = await step(action, { ...env, OPERATION: operation });
    assert.ok(Number(again.result?.["generation"]) > before.opened, again.log);
    const once = await step(action, { ...env, OPERATION: operation });
    assert.equal(once.result?.["generation"], again.result?.["generation"], "done once");
    const after = await lives.newest();
    assert.equal(after.opened, again.result?.["generation"]);
  }

  async function step(action: string, env: Record<string, string>): Promise<Ended> {
    const ended = await job(action, env);
    assert.equal(ended.exitCode, 0, `${action}: ${ended.message}\n${ended.log}`);
    return ended;
  }

  function job(action: string, env: Record<string, string>, stop?: Stop): Promise<Ended> {
    return jobs.run(inPlaceTrial(action, env, stop && { ...stop, by: "SIGKILL" }));
  }

  /** Starts the server, asks what it has, and stops it again. */
  async function served(): Promise<"the old state" | "the new state" | "neither"> {
    await startDatabase(lives.database);
    const found = await lives.database.value(
      "select (to_regclass('public.dropped') is not null)::text || (to_regclass('public.later') is not null)::text",
    );
    await lives.assertRows();
    await hold(lives.database, { ...held, replicas: {}, suspended: {} }, quiet);
    return found === "truefalse" ? "the old state" : found === "falsetrue" ? "the new state" : "neither";
  }

  async function sql(statements: string): Promise<void> {
    await lives.database.value(`set role ${names.databaseUser}; ${statements}`);
  }
}
