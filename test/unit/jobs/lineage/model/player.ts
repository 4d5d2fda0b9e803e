import { Failure } from "../../../../../lib/failure";
import type { Lineage } from "../../../../../jobs/lineage/readLineage";
import { Game } from "./game";
import { hasFull, switchSegment, UNIT, write } from "./log";
import { Random } from "./random";
import type { Rules } from "./rules";
import { archive, backUp, janitor, start, watch } from "./serve";
import { Site } from "./site";
import { Violation } from "./store";
import { goBack, undo } from "./inPlace";
import { numberToTakeOver } from "./succession";
import { bringBack } from "./takeOver";

/** How a game is played. */
export interface Play {
  seed: number;
  steps: number;
  /** Somebody deletes what no rule deletes. */
  tampers: boolean;
}

/** How a game went. */
export interface Played {
  game: Game;
  /** What was done, in order. */
  trace: string[];
  /** What must never be, and was. */
  violation: string | undefined;
}

/** One random interleaving of what up to four sites do. */
export function play(rules: Rules, { seed, steps, tampers }: Play): Played {
  const random = new Random(seed);
  const game = new Game(rules, random);
  const sites = Array.from({ length: 2 + random.below(3) }, (_, index) => new Site("ABCD".charAt(index)));
  const trace: string[] = [];
  try {
    for (let step = 0; step < steps; step += 1) {
      game.store.now += 1000 * (1 + random.below(60));
      trace.push(act(game, sites, tampers));
      game.check();
    }
    finish(game, sites, trace);
    return { game, trace, violation: undefined };
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    return { game, trace, violation: error.message };
  }
}

type Action = (game: Game, site: Site, sites: readonly Site[]) => string;

const actions: readonly [weight: number, action: Action][] = [
  [75, stepOne],
  [18, writeRow],
  [8, (game, site) => begin(game, site, "backup", backUp)],
  [9, bringUp],
  [5, (game, site) => (watch(game, site), `${site.name.id} watched`)],
  [4, (game, site) => begin(game, site, "janitor", janitor)],
  [4, inPlace],
  [4, freezeOrThaw],
  [2, (_, site) => (site.crash(), `${site.name.id} crashed`)],
  [0.8, loseVolume],
  [3.5, (game) => ((game.store.now += 3_600_000 * (1 + game.random.below(24))), "hours went by")],
];

function act(game: Game, sites: readonly Site[], tampers: boolean): string {
  const { random } = game;
  if (tampers && random.chance(0.02)) return tamper(game);
  const total = actions.reduce((sum, [weight]) => sum + weight, 0);
  let at = random.next() * total;
  const [, action] = actions.find(([weight]) => (at -= weight) < 0) ?? [0, stepOne];
  return action(game, random.pick(sites), sites);
}

function stepOne(game: Game, _: Site, sites: readonly Site[]): string {
  for (const site of sites)
    if (site.serving !== undefined && hasFull(site.serving)) begin(game, site, "archiver", archive);
  const runnable = sites.filter(({ frozen, processes }) => !frozen && processes.size > 0);
  if (runnable.length === 0) return "";
  const site = game.random.pick(runnable);
  const served = site.serving;
  const done = site.step(game.random.pick([...site.processes.keys()]));
  // The first backup of a generation follows by itself.
  if (site.serving !== undefined && site.serving !== served) begin(game, site, "backup", backUp);
  return done ?? "";
}

function begin(
  game: Game,
  site: Site,
  name: string,
  process: (game: Game, site: Site) => Generator<string, void>,
): string {
  if (site.frozen || site.serving === undefined || site.processes.has(name)) return "";
  site.processes.set(name, guarded(process(game, site)));
  return `${site.name.id} begins ${name}`;
}

/** A message is the end of a process, and no more than that. */
function* guarded(process: Generator<string, void>): Generator<string, void> {
  try {
    yield* process;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
}

function writeRow({ random }: Game, site: Site): string {
  const { serving } = site;
  if (site.frozen || serving === undefined) return "";
  write(serving, "row", UNIT * (1 + random.below(3)));
  if (random.chance(0.4)) switchSegment(serving);
  return `${site.name.id} writes to generation ${serving.generation}`;
}

function bringUp(game: Game, site: Site): string {
  if (site.frozen || site.serving !== undefined || site.processes.has("main")) return "";
  const process =
    site.volume.data === undefined ? bringBack(game, site, named(game, site)) : start(game, site);
  site.processes.set("main", guarded(process));
  return `${site.name.id} is brought up`;
}

/** What an operator says: most often the right number, or nothing, or any. */
function named({ random }: Game, site: Site): (lineage: Lineage) => number | undefined {
  const dice = random.next();
  return (lineage) =>
    dice < 0.6
      ? numberToTakeOver(lineage, site.name)
      : dice < 0.9
        ? undefined
        : 1 + random.below(lineage.generations.length + 1);
}

/** What is kept for an undo is kept for a while. */
function inPlace(game: Game, site: Site): string {
  if (site.volume.kept === undefined) return begin(game, site, "main", goBack);
  return game.random.chance(0.5) ? begin(game, site, "main", undo) : "";
}

function freezeOrThaw({ random }: Game, site: Site): string {
  site.frozen = !site.frozen && random.chance(0.4);
  return `${site.name.id} ${site.frozen ? "is frozen" : "is awake"}`;
}

function loseVolume(_: Game, site: Site): string {
  site.crash();
  site.volume = {};
  return `${site.name.id} lost its volume`;
}

function tamper({ store, random, head }: Game): string {
  if (head === undefined) return "";
  if (random.chance(0.15)) {
    const key = random.pick([...store.records.keys()]);
    store.deleteRecord(key);
    return `somebody deleted ${key}`;
  }
  const generation = random.chance(0.6) ? head : 1 + random.below(head);
  const names = [...store.path(generation).segments.keys()];
  if (names.length === 0) return "";
  const name = random.chance(0.5) ? (names.at(-1) ?? "") : random.pick(names);
  store.deleteSegment(generation, name);
  return `somebody deleted ${name} of generation ${generation}`;
}

/** In the end there must be a way out: another site, told the right number, comes up with what the head has. */
function finish(game: Game, sites: readonly Site[], trace: string[]): void {
  const { head, store } = game;
  const server = head === undefined ? undefined : game.opened.get(head);
  if (store.tampered || server === undefined || !game.leads(server)) return;
  for (const site of sites) site.frozen = true;
  const last = new Site("last");
  last.processes.set(
    "main",
    bringBack(game, last, (lineage) => numberToTakeOver(lineage, last.name)),
  );
  while (last.processes.has("main")) {
    trace.push(last.step("main") ?? "");
    game.check();
  }
  if (last.serving === undefined) throw new Violation("no site can take over in the end");
}
