import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { backupModels } from "../../../../jobs/models/backupModels";
import { replaceModels, type ReplacePlan, undoModels } from "../../../../jobs/models/replaceModels";
import type { ExchangeReport } from "../../../../plan/modelExchange";
import { type FakeObjectStore, startFakeObjectStore } from "../fakeObjectStore";
import { CheckpointDirectory } from "./checkpointDirectory";

/** Older one of the two snapshots that the store holds. */
export const first = "models-20260101-000000";
/** Newer one. */
export const second = "models-20260102-000000";
/** Ids of exchanges, in order. */
export const [one, two, three] = ["20260201-000001", "20260201-000002", "20260201-000003"];
/** A log that nobody reads. */
export const quiet = (): void => undefined;
/** Of a file system without hard links. */
export const noLinks = (): Promise<void> =>
  Promise.reject(Object.assign(new Error("not supported"), { code: "ENOTSUP" }));

/** What the application sees: content of each file, and where each link leads. */
export type Seen = Record<string, string>;

const living = { "best_model.pth": "living model", "run/a.pth": "a", same: "s", "old/epoch_1.pth": "mine" };
/** What the application sees before anything is replaced. */
export const ofLiving: Seen = {
  ...living,
  "links/best": "-> ../run/a.pth",
  ".lock": "locked",
  "run/b.pth.tmp": "half",
};
const untouched: Seen = { ".lock": "locked", "run/b.pth.tmp": "half" };
/** The same with snapshot {@link first} in place. */
export const ofFirst: Seen = {
  ...untouched,
  "best_model.pth": "best model of 01",
  "old/epoch_1.pth": "epoch one",
  same: "s",
};
/** The same with snapshot {@link second} in place. */
export const ofSecond: Seen = {
  ...untouched,
  "best_model.pth": "best model of 02",
  "new/epoch_2.pth": "epoch two",
  latest: "-> new",
  "new/last.pth": "-> epoch_2.pth",
};

/** Living checkpoints beside a store with two snapshots. */
export interface LivingCheckpoints {
  readonly store: FakeObjectStore;
  readonly directory: CheckpointDirectory;
  planOf: (changes?: Partial<ReplacePlan>) => ReplacePlan;
  replace: (id: string, changes?: Partial<ReplacePlan>) => Promise<ExchangeReport>;
  undo: (id: string, changes?: Partial<ReplacePlan>) => Promise<ExchangeReport>;
  seen: () => Seen;
}

/** To be called in `describe`: living checkpoints that are anew before each test. */
export function livingCheckpoints(): LivingCheckpoints {
  let store: FakeObjectStore;
  let directory: CheckpointDirectory;

  before(async () => {
    store = await startFakeObjectStore();
    await backUp(store, "01", {
      "best_model.pth": "best model of 01",
      "old/epoch_1.pth": "epoch one",
      same: "s",
    });
    await backUp(store, "02", { "best_model.pth": "best model of 02", "new/epoch_2.pth": "epoch two" }, [
      ["latest", "new"],
      ["new/last.pth", "epoch_2.pth"],
    ]);
  });
  after(() => store.close());
  beforeEach(() => {
    store.fault = () => undefined;
    directory = new CheckpointDirectory();
    for (const [file, content] of Object.entries(living)) directory.write(file, content);
    mkdirSync(join(directory.path, "links"));
    symlinkSync("../run/a.pth", join(directory.path, "links/best"));
    // Of a run that is going on: none of this is anybody else's.
    directory.write(".lock", "locked");
    directory.write("run/b.pth.tmp", "half");
  });
  afterEach(() => {
    directory.remove();
  });

  const planOf = (changes: Partial<ReplacePlan> = {}): ReplacePlan => ({
    directory: directory.path,
    modelFile: "best_model.pth",
    storage: store.storage,
    wanted: "",
    ...changes,
  });
  const replace = (id: string, changes: Partial<ReplacePlan> = {}): Promise<ExchangeReport> =>
    replaceModels(planOf(changes), id, quiet);
  const undo = (id: string, changes: Partial<ReplacePlan> = {}): Promise<ExchangeReport> =>
    undoModels(planOf(changes), id, quiet);

  return {
    get store() {
      return store;
    },
    get directory() {
      return directory;
    },
    planOf,
    replace,
    undo,
    seen: () => seenIn(directory.path),
  };
}

async function backUp(
  store: FakeObjectStore,
  day: string,
  files: Record<string, string>,
  links: [path: string, text: string][] = [],
): Promise<void> {
  const source = new CheckpointDirectory();
  try {
    for (const [file, content] of Object.entries(files)) source.write(file, content);
    for (const [path, text] of links) symlinkSync(text, join(source.path, path));
    const now = (): Date => new Date(`2026-01-${day}T00:00:00Z`);
    const plan = {
      directory: source.path,
      modelFile: "best_model.pth",
      storage: store.storage,
      restMs: 20,
      now,
    };
    await backupModels({ ...plan, requested: "always" }, quiet);
  } finally {
    source.remove();
  }
}

function seenIn(directory: string): Seen {
  const found: Seen = {};
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(directory, folder), { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (/^(\.kept-|\.left-|checkpoints\.incoming)/.test(path)) continue;
      if (entry.isDirectory()) walk(path);
      else if (entry.isSymbolicLink()) found[path] = `-> ${readlinkSync(join(directory, path))}`;
      else found[path] = readFileSync(join(directory, path), "utf8");
    }
  };
  walk("");
  return found;
}

/** Called before each step with its name. */
export type Before = (step: string) => void;

/** Names of the steps of a run. */
export async function stepsOf(run: (before: Before) => Promise<unknown>): Promise<string[]> {
  const steps: string[] = [];
  await run((step) => steps.push(step));
  return steps;
}

/** Ends a run before its step of a number, as a kill would. */
export async function assertKilled(
  killed: boolean,
  run: (before: Before) => Promise<unknown>,
  at: number,
): Promise<void> {
  if (!killed) return;
  let count = 0;
  const before = (): void => {
    if (count === at) throw new Error("killed");
    count += 1;
  };
  await assert.rejects(run(before), /^Error: killed$/);
}
