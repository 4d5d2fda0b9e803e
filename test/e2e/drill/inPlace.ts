import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { InPlaceRequest } from "../../../automation/heldApplication";
import type { Kubectl } from "../../../automation/kubectl";
import {
  askVolume,
  environmentOf,
  type InPlaceResult,
  replaceInPlace,
} from "../../../automation/replaceDatabase";
import { describeOutcome, describePlan, type PlanResult } from "../../../cli/replacementText";
import { names } from "../../../plan/names";
import { silentProgress } from "../../support/silentProgress";
import type { DrillVault } from "./drillVault";

const MINUTE = 60_000;
const rows = 500;
const utcNow = `select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** The database of a living platform is taken back before a mistake, beside the one that is there, and that is undone. */
export function inPlaceCases(vault: DrillVault, site: () => Kubectl): void {
  const value = (sql: string): Promise<string> => site().value(sql);
  let before = "";
  let pods: Record<string, string> = {};

  it("refuses a target outside of the window, and stops nothing", async () => {
    pods = await podsOf(site());
    await assert.rejects(
      askVolume(site(), "plan", environmentOf({ action: "replace", wanted: "2020-01-01T00:00:00Z" })),
      (error) => {
        process.stdout.write(`${String(error)}\n`);
        assert.match(
          String(error),
          /replace-database: the target 2020-01-01T00:00:00Z lies before the window of \d+ days, .*; what can be gone back to is 20/,
        );
        return true;
      },
    );
    assert.deepEqual(await podsOf(site()), pods);
  }).timeout(2 * MINUTE);

  it("brings back the second before a DROP TABLE in place: every earlier row, and no later one", async () => {
    await value(
      `set role ${names.databaseUser}; create table public.lost_by_mistake as select generate_series(1, ${rows}) as row`,
    );
    before = await value(utcNow);
    await sleep(2000);
    await value(
      `set role ${names.databaseUser}; drop table public.lost_by_mistake; create table public.made_later as select generate_series(1, ${rows}) as row`,
    );
    const request = { action: "replace", wanted: before } as const;
    const plan = (await askVolume(site(), "plan", environmentOf(request))) as PlanResult & {
      rowCounts: Record<string, number>;
    };
    process.stdout.write(describePlan(plan));
    assert.equal(plan.rowCounts["made_later"], rows);
    const result = await replace(request);
    process.stdout.write(describeOutcome(result.database as object, { ...result, before: plan.rowCounts }));
    assert.equal(await value("select count(*) from public.lost_by_mistake"), String(rows));
    assert.equal(await value("select to_regclass('public.made_later') is null"), "t");
    const { lastCommit = "z", firstCommitAfter = "" } = result.database as Record<string, string>;
    assert.ok(
      lastCommit <= before && before < firstCommitAfter,
      `${lastCommit} ${before} ${firstCommitAfter}`,
    );
    assert.deepEqual(Object.keys(await podsOf(site())).length, Object.keys(pods).length);
  }).timeout(5 * MINUTE);

  it("brings back every row of the old one by an undo, and keeps what had taken its place", async () => {
    await value(
      `set role ${names.databaseUser}; create table public.made_in_between as select generate_series(1, ${rows}) as row`,
    );
    const result = await replace({ action: "undo", wanted: "" });
    process.stdout.write(describeOutcome(result.database as object, { ...result, before: null }));
    assert.equal(await value("select count(*) from public.made_later"), String(rows));
    assert.equal(
      await value(
        "select to_regclass('public.lost_by_mistake') is null and to_regclass('public.made_in_between') is null",
      ),
      "t",
    );
    const { setAside } = result.database as { setAside: { generation: number } };
    const { kept } = (await askVolume(site(), "state")) as { kept: { generation: number }[] };
    assert.deepEqual(
      kept.map(({ generation }) => generation),
      [setAside.generation],
    );
  }).timeout(5 * MINUTE);

  it("removes what is kept when it is told to, and has nothing to undo then", async () => {
    const { generations } = (await askVolume(site(), "forget")) as { generations: number[] };
    assert.equal(generations.length, 1);
    await assert.rejects(
      replace({ action: "undo", wanted: "" }),
      /there is nothing to undo: no database is kept on the volume, and no replacement is under way/,
    );
    assert.equal(await value("select count(*) from public.made_later"), String(rows));
    assert.equal(
      (await site().call(["get", "configmaps", "--output=name"])).includes(names.heldApplication),
      false,
    );
  }).timeout(4 * MINUTE);

  function replace(request: InPlaceRequest): Promise<InPlaceResult> {
    return replaceInPlace(site(), request, silentProgress, vault.plan.signal);
  }
}

/** Pods of the application and of its database, by name. */
async function podsOf(kubectl: Kubectl): Promise<Record<string, string>> {
  const { items } = JSON.parse(
    await kubectl.call(["get", "pods", "--selector=app=lstm-pfd", "--output=json"]),
  ) as { items: { metadata: { name: string; uid: string } }[] };
  return Object.fromEntries(items.map(({ metadata }) => [metadata.name, metadata.uid]));
}
