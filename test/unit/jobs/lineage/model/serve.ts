import { Failure } from "../../../../../lib/failure";
import { segmentName } from "../../../../../jobs/database/walPosition";
import { type Game, windowDays } from "./game";
import { hasFull, lsnText, segmentOf, type Server, switchSegment, write } from "./log";
import type { Process, Site } from "./site";
import type { ModelBase, Path } from "./store";
import { switchInPlace } from "./inPlace";
import { pushNext } from "./succession";

/** Whether a server may archive, back up and expire. Records that are not trusted allow nothing. */
function isClear(game: Game, server: Server): boolean {
  try {
    return game.fence(server).state === "clear";
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

/** The watcher: stops the server of a generation that is history. */
export function watch(game: Game, site: Site): void {
  if (site.serving === undefined) return;
  try {
    const { state } = game.fence(site.serving);
    if (state === "superseded" || state === "withdrawn") site.serving = undefined;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
}

/** The start of a site that has a database. */
export function* start(game: Game, site: Site): Process {
  const { volume } = site;
  const { attempt, data, incoming } = volume;
  if (data === undefined) return;
  try {
    if (attempt !== undefined) {
      const found = game.lineage().generations.find(({ number }) => number === attempt.generation);
      if (
        found?.outcome?.state === "opened" &&
        found.outcome.life === attempt.life &&
        incoming !== undefined
      ) {
        yield "opened before";
        volume.attempt = undefined;
        switchInPlace(site, incoming);
        return;
      }
      if (found?.claim.life === attempt.life && found.outcome === undefined) {
        const by = { life: attempt.life, site: site.name };
        game.store.settle({ state: "withdrawn", generation: found.number, by, at: "", why: "given up" });
      }
      yield "gave up what was begun in place";
      volume.attempt = undefined;
      volume.incoming = undefined;
    }
    const { state } = game.fence(data);
    if (state === "clear" || state === "held") site.serving = data;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
}

/** The archiver, for one segment: looks at the fence, and archives a step later. */
export function* archive(game: Game, site: Site): Process {
  const server = site.serving;
  if (server === undefined || !hasFull(server) || !isClear(game, server)) return;
  yield "may archive";
  // It goes on with what it has decided, unless the server was stopped.
  if (site.serving === server && hasFull(server)) pushNext(game, server);
}

/** A full base backup. It lasts, and looks at the fence when it begins and before it counts. */
export function* backUp(game: Game, site: Site): Process {
  const server = site.serving;
  if (server === undefined || !isClear(game, server)) return;
  switchSegment(server);
  const { timeline, generation, end: begin } = server;
  const records = [...server.log];
  yield "backup began";
  if (site.serving !== server) return;
  write(server, "backup");
  const last = server.log.at(-1);
  if (last === undefined) return;
  const stop = server.end;
  switchSegment(server);
  const lastSegment = segmentOf(stop - 1);
  for (let tries = 0; server.nextToArchive <= lastSegment; tries += 1) {
    if (tries > 12 || site.serving !== server) return;
    yield "backup waits for its WAL";
  }
  const { bases } = game.store.path(generation);
  const base: ModelBase = {
    generation,
    label: `${new Date(game.store.now).toISOString().replace(/[-:]/g, "").slice(0, 15).replace("T", "-")}F`,
    backup: {
      walStart: segmentName(timeline, segmentOf(begin)),
      walStop: segmentName(timeline, lastSegment),
      lsnStop: lsnText(stop),
      stoppedAt: new Date(game.store.now),
    },
    records,
    last,
    start: begin,
    stop,
    timeline,
    committed: false,
  };
  bases.push(base);
  yield "backup is in the repository";
  if (game.rules.fencesBackups && !isClear(game, server)) return;
  yield "backup may count";
  base.committed = true;
  game.noteCommitted(base);
  game.store.changes += 1;
}

/** The janitor of the head: removes whole generations, then what expires in its own path. Either is decided a step before. */
export function* janitor(game: Game, site: Site): Process {
  const server = site.serving;
  const { store, rules, counts } = game;
  if (server === undefined || !isClear(game, server)) return;
  const { generations } = game.lineage();
  const plan = rules.planCollection({
    lineage: { generations },
    holding: generations.map(({ number }) => number).filter((number) => store.holds(number)),
    bases: store.committed(generations.map(({ number }) => number)),
    windowDays,
    now: new Date(store.now),
    openUndos: site.volume.kept === undefined ? [] : [site.volume.kept.generation],
  });
  yield `collection: ${plan.action}`;
  const seconds = game.seconds();
  if (plan.action === "collect")
    for (const generation of plan.generations) {
      const collectedAt = new Date(store.now).toISOString();
      store.noteCollected({ generation, collectedAt, life: server.life, windowDays });
      yield `generation ${generation} is noted`;
      // Whoever has claimed since may begin with what is to go.
      if (!isClear(game, server)) return;
      store.withdrawBases(generation);
      do yield `generation ${generation} goes`;
      while (store.removeSegment(generation));
      counts.collected += 1;
    }
  if (!isClear(game, server)) return;
  const path = store.path(server.generation);
  const committed = path.bases.filter((base) => base.committed);
  const expiry = rules.planExpiry(
    path.bases.map(({ label, backup }) => ({ label, type: "full", stoppedAt: backup.stoppedAt })),
    committed.map(({ label }) => label),
    windowDays,
    new Date(store.now),
  );
  const counted = path.bases.length;
  yield `expiry: ${expiry.action}`;
  // What the number to keep was counted from must be what is there.
  if (expiry.action === "expire" && !(rules.expiresAlone && path.bases.length !== counted)) {
    expire(path, expiry.keepFulls);
    counts.expired += 1;
    store.changes += 1;
  }
  for (const second of seconds) second();
}

/** pgBackRest's expire: whole backups, and WAL by name that is older than the oldest one that stays. */
function expire(path: Path, keepFulls: number): void {
  path.bases.splice(0, path.bases.length - keepFulls);
  const oldest = path.bases[0]?.backup.walStart ?? "";
  for (const name of path.segments.keys()) if (name < oldest) path.segments.delete(name);
}
