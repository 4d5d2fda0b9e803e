import { Failure } from "../../../../../lib/failure";
import { SEGMENT_BYTES } from "../../../../../jobs/database/walPosition";
import { headOf, type Lineage } from "../../../../../jobs/lineage/readLineage";
import type { Game } from "./game";
import { lsnText, type Server } from "./log";
import { recoverAlong } from "./recovery";
import type { Process, Site } from "./site";
import { Violation } from "./store";
import { claim, decide, numberToTakeOver, open, promoted, putIntoPlace, type Way } from "./succession";

/** `up` on a site without a database: the last step of an attempt that was stopped, the lineage's begin, or a takeover. */
export function* bringBack(
  game: Game,
  site: Site,
  takeOver: (lineage: Lineage) => number | undefined,
): Process {
  const { volume } = site;
  try {
    const lineage = game.lineage();
    const life = volume.life;
    const outcome = lineage.generations.find(({ number }) => number === life?.generation)?.outcome;
    const { incoming } = volume;
    if (
      life !== undefined &&
      outcome?.state === "opened" &&
      outcome.life === life.life &&
      incoming?.generation === life.generation
    ) {
      yield "opened before";
      putIntoPlace(site, incoming, life.life);
      return;
    }
    volume.incoming = undefined;
    if (headOf(lineage) === undefined) yield* initialise(game, site, lineage, takeOver(lineage));
    else yield* recover(game, site, lineage, takeOver(lineage));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
}

function* initialise(game: Game, site: Site, lineage: Lineage, takeOver: number | undefined): Process {
  const life = site.volume.life?.life ?? site.newLife();
  const decision = game.rules.decideInitialise({
    lineage,
    life,
    site: site.name,
    takeOver,
    otherObject: undefined,
    dump: undefined,
    ignoreDumps: false,
  });
  if (decision.action === "refuse") {
    if (takeOver !== undefined && takeOver === numberToTakeOver(lineage, site.name))
      throw new Violation(`the begin is refused although ${takeOver} is named: ${decision.reason}`);
    return;
  }
  const { number, withdraw } = decision;
  const way: Way = {
    number,
    life,
    parent: null,
    reason: "initialise",
    withdraw,
    note: noteOn(site, life, number),
  };
  yield "decided";
  if (!(yield* claim(game, site, way))) return;
  const server: Server = {
    life,
    generation: number,
    systemId: `${life}#${number}`,
    timeline: 1,
    history: "",
    log: [],
    end: SEGMENT_BYTES,
    nextToArchive: 1,
  };
  if (yield* open(game, site, way, server, null, null)) putIntoPlace(site, server, life);
}

function* recover(game: Game, site: Site, lineage: Lineage, takeOver: number | undefined): Process {
  const life = site.volume.life?.life ?? site.newLife();
  const decision = decide(game, site, lineage, life, takeOver);
  if (decision?.action !== "take over") return;
  const { number, parent, withdraw } = decision;
  const way: Way = { number, life, parent, reason: "recovery", withdraw, note: noteOn(site, life, number) };
  yield "decided";
  const first = recoverAlong(game.store, game.rules, lineage, parent);
  if (first.state === "refused") return;
  yield "replayed";
  if (!(yield* claim(game, site, way))) return;
  const replayed = game.rules.rereadsTail ? recoverAlong(game.store, game.rules, lineage, parent) : first;
  if (replayed.state === "refused") return;
  yield "replayed the tail";
  const server = promoted(game, lineage, way, replayed);
  site.volume.incoming = server;
  const of = { generation: parent, timeline: replayed.target.timeline, position: lsnText(replayed.end) };
  if (yield* open(game, site, way, server, of, replayed.base.label)) putIntoPlace(site, server, life);
}

function noteOn(site: Site, life: string, generation: number): Way["note"] {
  return (state) => {
    site.volume.life = { life, generation, state };
  };
}
