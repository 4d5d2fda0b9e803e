import { segmentName } from "../../../../../jobs/database/walPosition";
import { headOf, type Lineage, unsettledOf } from "../../../../../jobs/lineage/readLineage";
import type { Claim, Opened, Site as SiteName } from "../../../../../jobs/lineage/records";
import type { Game } from "./game";
import { contentOf, segmentOf, type Server, switchSegment, write } from "./log";
import { childHistory } from "./postgres";
import type { Recovered } from "./recovery";
import type { Process, Site } from "./site";
import { Violation } from "./store";

/** How a life gets into the lineage. */
export interface Way {
  number: number;
  life: string;
  parent: number | null;
  reason: Claim["reason"];
  withdraw: readonly number[];
  /** Where the life is noted before the claim. */
  note: (state: "claiming" | "claimed" | "opened") => void;
}

/** What was replayed. */
export type Found = Extract<Recovered, { state: "recovered" }>;

/** Number that an operator has to name for certain, whatever lives: the newest claim of others, else the head. */
export function numberToTakeOver(lineage: Lineage, { id }: SiteName): number | undefined {
  const head = headOf(lineage)?.number;
  const others = unsettledOf(lineage).filter(
    ({ number, claim }) => number > (head ?? 0) && claim.site.id !== id,
  );
  return others.at(-1)?.number ?? head;
}

/** Asks the rule, with what a site can see. @returns undefined when it refuses */
export function decide(game: Game, site: Site, lineage: Lineage, life: string, takeOver: number | undefined) {
  const { store, rules } = game;
  const head = headOf(lineage)?.number ?? 0;
  const times = [...store.path(head).segments.values()].map(({ at }) => at);
  const own = store.path(site.volume.life?.generation ?? 0);
  const decision = rules.decideTakeOver({
    lineage,
    life,
    site: site.name,
    newestOfHead: times.length === 0 ? undefined : new Date(Math.max(...times)),
    now: new Date(store.now),
    archiveTimeoutSeconds: 60,
    takeOver,
    fromReplica: false,
    ownClaimHasWal: own.segments.size > 0 || own.histories.size > 0,
  });
  if (decision.action !== "refuse") {
    if (!store.tampered && takeOver !== numberToTakeOver(lineage, site.name))
      requireWord(game, site, lineage, times);
    return decision;
  }
  game.counts.refusedTakeOvers += 1;
  if (takeOver !== undefined && takeOver === numberToTakeOver(lineage, site.name))
    throw new Violation(`a takeover is refused although ${takeOver} is named: ${decision.reason}`);
  return undefined;
}

/** @throws Violation where somebody else lives, or is taking over: that needs a word */
function requireWord(game: Game, site: Site, lineage: Lineage, archivedAt: readonly number[]): void {
  const head = headOf(lineage);
  if (head === undefined) return;
  if (numberToTakeOver(lineage, site.name) !== head.number)
    throw new Violation("another one's claim is skipped without a word");
  if (head.claim.site.id !== site.name.id && Math.max(...archivedAt) > game.store.now - 3 * 60_000)
    throw new Violation(`generation ${head.number} is alive, and is superseded without a word`);
}

/** Claims, as jobs/database/succession.ts does it. @returns false when somebody else is taking over */
export function* claim(game: Game, site: Site, way: Way): Process<boolean> {
  const { number, life, parent, reason, withdraw } = way;
  const other = game
    .lineage()
    .generations.find(
      (one) => one.number >= number && one.claim.life !== life && one.outcome?.state !== "withdrawn",
    );
  if (other !== undefined) return false;
  yield "looked again";
  way.note("claiming");
  for (const skipped of withdraw) {
    const by = { life, site: site.name };
    const settled = game.store.settle({
      state: "withdrawn",
      generation: skipped,
      by,
      at: "",
      why: "skipped",
    });
    if (settled.state === "opened") return false;
    yield `withdrew ${skipped}`;
  }
  const mine: Claim = { generation: number, life, site: site.name, claimedAt: "", parent, reason };
  const holder = game.store.claim(mine);
  if (holder.life !== life) return false;
  game.noteClaim(mine);
  yield `claimed ${number}`;
  // A store takes a key under a delete marker for absent: the number may have been another one's.
  if (game.rules.rereadsClaim) game.lineage();
  way.note("claimed");
  return true;
}

/** The server that goes on from what was replayed. */
export function promoted(
  game: Game,
  lineage: Lineage,
  { life, number }: Way,
  { target, log, end }: Pick<Found, "target" | "log" | "end">,
): Server {
  const server: Server = {
    life,
    generation: number,
    systemId: "",
    timeline: game.rules.nextTimeline(target.timeline, game.rules.knownHistories(lineage)),
    history: childHistory(target, end),
    log,
    end,
    nextToArchive: segmentOf(end),
  };
  write(server, "begin");
  return server;
}

/** Archives history and first segment of a promoted server, and opens its generation. @returns false when it was withdrawn */
export function* open(
  game: Game,
  site: Site,
  way: Way,
  server: Server,
  parent: Opened["parent"],
  base: string | null,
): Process<boolean> {
  const { number, life } = way;
  const first = server.nextToArchive;
  write(server, "row");
  switchSegment(server);
  yield `promoted to timeline ${server.timeline}`;
  if (server.timeline > 1) game.store.path(number).histories.add(`${server.timeline}`);
  yield "archived the history";
  if (game.rules.waitsForSegment) {
    pushNext(game, server);
    yield "archived the first segment";
  }
  const outcome = game.store.settle({
    state: "opened",
    generation: number,
    life,
    openedAt: new Date(game.store.now).toISOString(),
    systemId: server.systemId,
    pgVersion: "15",
    archiveId: "15-1",
    timeline: server.timeline,
    timelines: [server.timeline],
    parent,
    firstSegment: segmentName(server.timeline, first),
    history: server.history,
    base,
  });
  if (outcome.state === "withdrawn" || outcome.life !== life) return false;
  game.noteOpened(outcome, server);
  site.volume.incoming = server;
  yield `opened ${number}`;
  way.note("opened");
  yield "stopped";
  return true;
}

/** Archives the next segment. */
export function pushNext(game: Game, server: Server): void {
  game.store.push(
    server.generation,
    server.timeline,
    server.nextToArchive,
    contentOf(server, server.nextToArchive),
  );
  server.nextToArchive += 1;
  game.noteArchived(server);
}

/** The last step: the site has a database, and serves. */
export function putIntoPlace(site: Site, server: Server, life: string): void {
  const { volume } = site;
  volume.data = server;
  volume.incoming = undefined;
  volume.life = { life, generation: server.generation, state: "opened" };
  site.serving = server;
}
