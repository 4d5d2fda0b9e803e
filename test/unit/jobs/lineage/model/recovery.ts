import { Failure } from "../../../../../lib/failure";
import { decideHole } from "../../../../../jobs/database/acceptedLoss";
import { replayState } from "../../../../../jobs/database/replay";
import { neededFor } from "../../../../../jobs/database/targetChoice";
import { lastArchived } from "../../../../../jobs/database/walHole";
import { historyName } from "../../../../../jobs/database/walPosition";
import type { Chain } from "../../../../../jobs/lineage/chain";
import type { Lineage } from "../../../../../jobs/lineage/readLineage";
import { lsnText, type LogRecord } from "./log";
import { type Answer, replay } from "./postgres";
import type { Rules } from "./rules";
import type { ModelBase, Store } from "./store";

/** What a recovery has brought back, or why it has not. */
export type Recovered =
  | {
      state: "recovered";
      base: ModelBase;
      /** Timeline that was followed, its history, and the generation whose it is. */
      target: { timeline: number; history: string; generation: number };
      log: LogRecord[];
      end: number;
    }
  | { state: "refused"; why: string };

/** Where to stop, and before when the base backup must have ended. */
export interface Wanted {
  stopAt?: number;
  before?: number;
}

/** A recovery along the chain of a generation, as the product does it: choose, prove, replay, judge whether that was the end. */
export function recoverAlong(
  store: Store,
  rules: Rules,
  lineage: Lineage,
  generation: number,
  wanted: Wanted = {},
): Recovered {
  try {
    return recover(store, rules, lineage, rules.chainOf(lineage, generation), wanted);
  } catch (error) {
    if (error instanceof Failure) return { state: "refused", why: error.what };
    throw error;
  }
}

function recover(
  store: Store,
  rules: Rules,
  lineage: Lineage,
  chain: Chain,
  { stopAt, before }: Wanted,
): Recovered {
  const generations = [...new Set(chain.stretches.map(({ generation }) => generation))];
  const base = newestBase(
    store
      .committed(generations)
      .filter((one) => rules.countsInChain(chain, one.generation, one.backup))
      .filter(
        ({ stop, backup }) =>
          stop <= (stopAt ?? Infinity) && backup.stoppedAt.getTime() <= (before ?? Infinity),
      ),
  );
  if (base === undefined) return { state: "refused", why: "no base backup leads along the chain" };
  const wal = new Map(generations.map((number) => [number, store.listed(number)]));
  const all = rules.inChain(chain, wal, { generation: base.generation, walStart: base.backup.walStart });
  const archived = stopAt === undefined ? all : neededFor(all, { kind: "lsn", lsn: lsnText(stopAt) });
  const backup = { label: base.label, ...base.backup };
  const last = lastArchived(archived, backup.walStop);
  const hole = decideHole({
    archived,
    backup,
    location: "the model",
    acceptLossAfter: "",
    deletedTail: stopAt === undefined ? deletedAfter(store, chain, last) : [],
  });
  if (hole.state === "refused") return { state: "refused", why: hole.reason };
  const histories = rules.knownHistories(lineage);
  const timeline = rules.targetTimeline(chain, histories);
  const target = {
    timeline,
    history: histories.get(historyName(timeline)) ?? "",
    generation: chain.generation,
  };
  const replayed = replay(base, target, walGet(store, rules.walTable(chain)), stopAt);
  if (replayed.state === "fatal") return { state: "refused", why: replayed.why };
  const { log, end, requests } = replayed;
  if (stopAt === undefined) {
    const judged = replayState(requests, archived, { timeline: base.timeline }, { replayLsn: lsnText(end) });
    if (judged.state !== "complete")
      return { state: "refused", why: `replay is not complete, it is ${judged.state}` };
  }
  return { state: "recovered", base, target, log, end };
}

function newestBase(bases: readonly ModelBase[]): ModelBase | undefined {
  return bases.reduce<ModelBase | undefined>(
    (newest, one) => (newest === undefined || one.backup.stoppedAt >= newest.backup.stoppedAt ? one : newest),
    undefined,
  );
}

function deletedAfter(store: Store, { stretches }: Chain, last: string): { name: string; deletedAt: Date }[] {
  const end = stretches.at(-1);
  if (end === undefined) return [];
  return [...store.path(end.generation).deleted]
    .filter(([name]) => name.slice(0, 8) === last.slice(0, 8) && name > last)
    .sort()
    .map(([name, at]) => ({ name, deletedAt: new Date(at) }));
}

/** images/postgres/bin/wal-get, by the same table. */
function walGet(store: Store, table: string): (file: string) => Answer {
  const rows = table
    .trimEnd()
    .split("\n")
    .map((line) => line.split(" "));
  return (file) => {
    const timeline = file.slice(0, 8);
    const number = file.slice(8);
    let found: { path: string; absent: string } | undefined;
    for (const [of = "", from = "", end = "", path = "", absent = ""] of rows) {
      if (of !== timeline || number < from) continue;
      if (end !== "-" && number >= end) return "error";
      found = { path, absent };
    }
    if (found === undefined) return "error";
    const generation = Number(/generation-(\d+)/.exec(found.path)?.[1]);
    const content = store.path(generation).segments.get(file)?.content;
    return content ?? (found.absent === "end" ? "absent" : "error");
  };
}
