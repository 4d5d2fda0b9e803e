import type { Lineage } from "../../../../../jobs/lineage/readLineage";
import type { Claim } from "../../../../../jobs/lineage/records";
import type { Game, Second } from "./game";
import { lsnText, segmentOf, type Server, switchSegment, write } from "./log";
import { recoverAlong } from "./recovery";
import type { Process, Site } from "./site";
import { claim, decide, type Found, open, promoted, pushNext, putIntoPlace, type Way } from "./succession";

/** Back to a second of the window, beside the living database, which is kept for an undo. */
export function* goBack(game: Game, site: Site): Process {
  const old = site.serving;
  if (old === undefined || !(yield* drain(game, site, old))) return;
  const lineage = game.lineage();
  const way = wayInPlace(game, site, lineage, "target");
  const second = game.anySecond();
  const last = game.opened.get(second?.generation ?? 0)?.log[(second?.records ?? 0) - 1];
  if (way === undefined || second === undefined || last === undefined) {
    restart(site, old);
    return;
  }
  // Seconds belong to generations.
  const { generation, at } = second;
  const found = recoverAlong(game.store, game.rules, lineage, generation, {
    stopAt: last.lsn + last.size,
    before: at,
  });
  if (found.state === "refused") {
    restart(site, old);
    return;
  }
  yield "replayed to the target";
  yield* inPlace(game, site, { ...way, parent: generation }, old, lineage, found, second);
}

/** Brings back what a restore in place has replaced, from the directory that was kept. */
export function* undo(game: Game, site: Site): Process {
  const { serving: old } = site;
  const { kept } = site.volume;
  if (old === undefined || kept === undefined || !(yield* drain(game, site, old))) return;
  const lineage = game.lineage();
  const way = wayInPlace(game, site, lineage, "undo");
  if (way === undefined) {
    restart(site, old);
    return;
  }
  const target = { timeline: kept.timeline, history: kept.history, generation: kept.generation };
  yield* inPlace(game, site, { ...way, parent: kept.generation }, old, lineage, {
    target,
    log: [...kept.log],
    end: kept.end,
  });
}

function* inPlace(
  game: Game,
  site: Site,
  way: Way,
  old: Server,
  lineage: Lineage,
  found: Pick<Found, "target" | "log" | "end"> & { base?: Found["base"] },
  second?: Second,
): Process {
  const { target, end } = found;
  if (!(yield* claim(game, site, way))) {
    restart(site, old);
    return;
  }
  // From the claim on nothing more is given up, but what the window has left until then may have been.
  if (game.rules.staysInWindow && second !== undefined && !game.inWindow(second)) {
    site.crash();
    return;
  }
  const server = promoted(game, lineage, way, found);
  site.volume.incoming = server;
  const of = { generation: target.generation, timeline: target.timeline, position: lsnText(end) };
  if (yield* open(game, site, way, server, of, found.base?.label ?? null)) switchInPlace(site, server);
  else site.crash();
}

/** The database that was restored in place takes the place of the one that is there. */
export function switchInPlace(site: Site, server: Server): void {
  const { volume } = site;
  volume.kept = volume.data;
  putIntoPlace(site, server, server.life);
}

function wayInPlace(game: Game, site: Site, lineage: Lineage, reason: Claim["reason"]): Way | undefined {
  const life = site.newLife();
  const decision = decide(game, site, lineage, life, undefined);
  if (decision?.action !== "take over") return undefined;
  const { number, parent, withdraw } = decision;
  return {
    number,
    life,
    parent,
    reason,
    withdraw,
    note: (state) => {
      site.volume.attempt = state === "opened" ? undefined : { life, generation: number };
    },
  };
}

/** Stops the server, and archives all that it has. @returns false when that is not allowed: it is not the head any more */
function* drain(game: Game, site: Site, server: Server): Process<boolean> {
  site.serving = undefined;
  switchSegment(server);
  while (server.nextToArchive < segmentOf(server.end)) {
    if (game.fence(server).state !== "clear") {
      restart(site, server);
      return false;
    }
    yield "draining";
    pushNext(game, server);
  }
  if (game.fence(server).state !== "clear") {
    restart(site, server);
    return false;
  }
  // The last thing that it writes is not archived.
  write(server, "checkpoint");
  return true;
}

function restart(site: Site, server: Server): void {
  site.serving = server;
}
