import assert from "node:assert/strict";
import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { backupModels } from "../../../../jobs/models/backupModels";
import { listCheckpoints, observeCheckpoints } from "../../../../jobs/models/checkpointListing";
import { differences, planReplace, planUndo, statusOf } from "../../../../jobs/models/planReplace";
import {
  fetchModels,
  forgetModels,
  replaceModels,
  type ReplacePlan,
  undoModels,
} from "../../../../jobs/models/replaceModels";
import { restoreModels } from "../../../../jobs/models/restoreModels";
import type { ExchangeReport } from "../../../../plan/modelExchange";
import { type FakeObjectStore, startFakeObjectStore } from "../fakeObjectStore";
import { CheckpointDirectory } from "./checkpointDirectory";

const first = "models-20260101-000000";
const second = "models-20260102-000000";
const one = "20260201-000001";
const two = "20260201-000002";
const three = "20260201-000003";
const quiet = (): void => undefined;
const noLinks = (): Promise<void> =>
  Promise.reject(Object.assign(new Error("not supported"), { code: "ENOTSUP" }));

/** What the application sees: content of each file, and where each link leads. */
type Seen = Record<string, string>;

describe("a restore of the models in place", () => {
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

  const living = { "best_model.pth": "living model", "run/a.pth": "a", same: "s", "old/epoch_1.pth": "mine" };
  const before_: Seen = {
    ...living,
    "links/best": "-> ../run/a.pth",
    ".lock": "locked",
    "run/b.pth.tmp": "half",
  };
  const untouched: Seen = { ".lock": "locked", "run/b.pth.tmp": "half" };
  const ofFirst: Seen = {
    ...untouched,
    "best_model.pth": "best model of 01",
    "old/epoch_1.pth": "epoch one",
    same: "s",
  };
  const ofSecond: Seen = {
    ...untouched,
    "best_model.pth": "best model of 02",
    "new/epoch_2.pth": "epoch two",
    latest: "-> new",
    "new/last.pth": "-> epoch_2.pth",
  };

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
  const seen = (): Seen => seenIn(directory.path);

  it("puts the newest snapshot into place, links and all, and leaves alone what no snapshot would hold", async () => {
    const report = await replace(one);
    assert.deepEqual(seen(), ofSecond);
    assert.deepEqual(
      { ...report, seconds: 0 },
      {
        action: "replaced",
        exchange: one,
        snapshot: second,
        files: 2,
        totalBytes: 25,
        kept: { files: 4, bytes: 18 },
        writtenSince: null,
        modelSha256: null,
        seconds: 0,
      },
    );
    assert.ok(!existsSync(join(directory.path, "links")), "a folder without anything in it stayed");
    assert.ok(!existsSync(join(directory.path, "checkpoints.incoming")));
  });

  it("brings back every file and link of the old ones", async () => {
    for (const wanted of [first, second]) {
      await replace(one, { wanted });
      await undo(two);
      assert.deepEqual(seen(), before_);
      await forgetModels(directory.path, quiet);
    }
  });

  it("keeps the old content even of files that were the same, and are then written in place", async () => {
    await replace(one, { wanted: first });
    appendFileSync(join(directory.path, "same"), " and more");
    appendFileSync(join(directory.path, "best_model.pth"), " and more");
    directory.write("run/c.pth", "came since");
    const report = await undo(two);
    assert.deepEqual(seen(), before_);
    assert.deepEqual(report.writtenSince, { count: 3, first: ["best_model.pth", "run/c.pth", "same"] });
    assert.equal(
      readFileSync(join(directory.path, `.kept-${two}/files/run/c.pth`), "utf8"),
      "came since",
      "what came since is gone",
    );
  });

  it("works where the file system has no hard links", async () => {
    await replace(one, { link: noLinks, hooks: { link: noLinks } });
    assert.deepEqual(seen(), ofSecond);
    await undo(two, { hooks: { link: noLinks } });
    assert.deepEqual(seen(), before_);
  });

  for (const [name, options] of Object.entries({
    "with hard links": {},
    "without hard links": { link: noLinks },
  }))
    it(`killed at any step and repeated, it is whole, and the undo as well, ${name}`, async () => {
      const steps = await stepsOf((before) => replace(one, { hooks: { before, ...options } }));
      const undoSteps = await stepsOf((before) => undo(two, { hooks: { before, ...options } }));
      await forgetModels(directory.path, quiet);
      assert.ok(steps.length > 8 && undoSteps.length > 8, steps.join(", "));
      for (let kill = 0; kill < Math.max(steps.length, undoSteps.length); kill += 1) {
        await assertKilled(
          kill < steps.length,
          (before) => replace(one, { hooks: { before, ...options } }),
          kill,
        );
        assert.notEqual(await observeCheckpoints(directory.path, "best_model.pth"), "partial");
        // Who comes later asks for it without a name, and with another id.
        assert.equal((await replace(two, { hooks: options })).snapshot, second);
        assert.deepEqual(seen(), ofSecond, `killed at ${steps[kill] ?? ""}`);
        await assertKilled(
          kill < undoSteps.length,
          (before) => undo(three, { hooks: { before, ...options } }),
          kill,
        );
        assert.ok(existsSync(join(directory.path, "best_model.pth")));
        await undo(three, { hooks: options });
        assert.deepEqual(seen(), before_, `undo killed at ${undoSteps[kill] ?? ""}`);
        await forgetModels(directory.path, quiet);
        assert.ok(readdirSync(directory.path).every((name) => !/^\.(kept|left)-/.test(name)));
      }
    });

  it("never leaves the name of the checkpoint in use without a whole file", async () => {
    const read = (): void => {
      const found = readFileSync(join(directory.path, "best_model.pth"), "utf8");
      assert.ok(["living model", "best model of 02"].includes(found), found);
    };
    await replace(one, { hooks: { before: read } });
    await undo(two, { hooks: { before: read } });
  });

  it("follows a checkpoint in use that was a link, and becomes a file, and back", async () => {
    renameSync(join(directory.path, "best_model.pth"), join(directory.path, "run/best.pth"));
    symlinkSync("run/best.pth", join(directory.path, "best_model.pth"));
    const read = (): void => {
      assert.ok(
        ["living model", "best model of 02"].includes(
          readFileSync(join(directory.path, "best_model.pth"), "utf8"),
        ),
      );
    };
    await replace(one, { hooks: { before: read } });
    assert.ok(lstatSync(join(directory.path, "best_model.pth")).isFile());
    await undo(two, { hooks: { before: read } });
    assert.equal(readlinkSync(join(directory.path, "best_model.pth")), "run/best.pth");
    read();
  });

  it("keeps the newer one when a checkpoint is renamed into place under way", async () => {
    const before = (step: string): void => {
      if (step !== "rename best_model.pth") return;
      directory.write("best_model.pth.tmp", "newer");
      renameSync(join(directory.path, "best_model.pth.tmp"), join(directory.path, "best_model.pth"));
    };
    await replace(one, { hooks: { before } });
    assert.equal(seen()["best_model.pth"], "best model of 02");
    await undo(two);
    assert.equal(seen()["best_model.pth"], "newer");
  });

  it("the same id again does nothing and says the same; an undo again is not an undo of another one", async () => {
    const report = await replace(one, { wanted: first });
    await replace(two, { wanted: second });
    const again = await replace(two, { wanted: second });
    assert.equal(again.snapshot, second);
    assert.deepEqual(seen(), ofSecond);
    await undo(three);
    await undo(three);
    assert.deepEqual(seen(), ofFirst);
    assert.equal(report.exchange, one);
    await undo("20260201-000004");
    assert.deepEqual(seen(), before_);
    await assert.rejects(
      undo("20260201-000005"),
      /keeps no checkpoints that an exchange has replaced; choose/,
    );
  });

  it("refuses another snapshot, an undo and forgetting while one is half done, and says what finishes it", async () => {
    await assertKilled(true, (before) => replace(one, { wanted: first, hooks: { before } }), 4);
    const half = seen();
    const finishes =
      /the restore of models-20260101-000000 \(exchange 20260201-000001\) is half done; finish it first: `npm run restore -- models --snapshot models-20260101-000000`/;
    await assert.rejects(replace(two, { wanted: second }), finishes);
    await assert.rejects(fetchModels(planOf({ wanted: second }), quiet), finishes);
    await assert.rejects(undo(two), finishes);
    await assert.rejects(forgetModels(directory.path, quiet), finishes);
    assert.deepEqual((await planReplace(planOf({ wanted: second }))).problems.length, 1);
    assert.deepEqual(
      (await statusOf(directory.path)).kept.map(({ exchange, finished }) => [exchange, finished]),
      [[one, false]],
    );
    assert.deepEqual((await planReplace(planOf())).problems, []);
    assert.deepEqual(seen(), half);
    assert.equal((await fetchModels(planOf(), quiet)).snapshot, first);
    await replace(two);
    assert.deepEqual(seen(), ofFirst);
    await assertKilled(true, (before) => undo(three, { hooks: { before } }), 4);
    await assert.rejects(
      replace("20260201-000004"),
      /the undo of .* is half done; finish it first: `npm run restore -- models --undo`/,
    );
    assert.deepEqual((await planUndo(planOf())).problems, []);
    await undo(three);
    assert.deepEqual(seen(), before_);
  });

  it("leaves the living ones alone when the snapshot is damaged, cut off or not there", async () => {
    const key = `models/${second}/checkpoints/best_model.pth`;
    const whole = store.objects.get(key);
    assert.ok(whole !== undefined);
    try {
      for (const [content, says] of [
        ["best model of 0", /is damaged: 15 bytes instead of 16/],
        ["best model of 0X", /is damaged: .* choose an older snapshot \(--snapshot\)/],
      ] as const) {
        store.objects.set(key, Buffer.from(content));
        await assert.rejects(replace(one), says);
        assert.deepEqual(seen(), before_);
      }
      store.objects.delete(key);
      await assert.rejects(replace(one), /is missing; .*\(--snapshot\)/);
    } finally {
      store.objects.set(key, whole);
    }
    await assert.rejects(
      replace(one, { wanted: "models-20250101-000000" }),
      /is not there; choose another one \(--snapshot; committed: /,
    );
    assert.deepEqual(seen(), before_);
    assert.deepEqual(
      readdirSync(directory.path).filter((name) => name.startsWith(".kept")),
      [],
    );
  });

  it("goes on with what it has fetched when the store is away for a while", async () => {
    store.fault = (method, key) => (method === "GET" && key.endsWith("epoch_2.pth") ? 403 : undefined);
    await assert.rejects(fetchModels(planOf(), quiet));
    assert.deepEqual(seen(), before_);
    store.fault = () => undefined;
    assert.equal((await fetchModels(planOf(), quiet)).files, 2);
    assert.deepEqual(seen(), before_);
    store.requests.length = 0;
    await replace(one);
    assert.deepEqual(
      store.requests.filter((request) => request.includes("/checkpoints/")),
      [],
    );
    assert.deepEqual(seen(), ofSecond);
  });

  it("does not fetch what the volume has already", async () => {
    store.requests.length = 0;
    assert.equal((await planReplace(planOf({ wanted: first }))).bytesToFetch, 25);
    await fetchModels(planOf({ wanted: first }), quiet);
    assert.ok(store.requests.every((request) => !request.endsWith("/same")));
  });

  it("fetches nothing where there is no room; without hard links it needs room for the old ones, too", async () => {
    const full =
      /has room for 24 B, and models-20260102-000000 needs 25 B beside .*; make the volume larger \(lstm-pfd:checkpointsSizeGi\)/;
    const room = (bytes: number) => ({ freeBytes: () => Promise.resolve(bytes) });
    await assert.rejects(replace(one, room(24)), full);
    await assert.rejects(replace(one, { ...room(25), link: noLinks }), /has room for 25 B, .* needs 43 B/);
    assert.deepEqual((await planReplace(planOf(room(24)))).problems, [
      "the volume has room for 24 B, and 25 B are needed",
    ]);
    assert.deepEqual(seen(), before_);
    await replace(one, room(25));
  });

  it("refuses a folder where a file is to be, and never writes through a link", async () => {
    mkdirSync(join(directory.path, "latest"));
    directory.write("latest/x", "x");
    await assert.rejects(
      replace(one),
      /latest is to be a file or a link, and is a folder.*nothing was changed; move it away/,
    );
    renameSync(join(directory.path, "latest"), join(directory.path, "else"));
    symlinkSync("else", join(directory.path, "new"));
    await assert.rejects(replace(one), /new is to be a folder, and is a file or a link/);
    assert.deepEqual((await planReplace(planOf())).problems, [
      "new is to be a folder, and is a file or a link",
    ]);
    assert.equal(readFileSync(join(directory.path, "best_model.pth"), "utf8"), "living model");
  });

  it("plans without changing anything", async () => {
    const tree = (): unknown => readdirSync(directory.path, { recursive: true }).sort();
    const found = tree();
    const plan = await planReplace(planOf({ wanted: first, freeBytes: () => Promise.resolve(100) }));
    assert.deepEqual(plan, {
      action: "planned",
      snapshot: first,
      former: null,
      files: 3,
      totalBytes: 26,
      bytesToFetch: 25,
      differ: { count: 2, first: ["best_model.pth", "old/epoch_1.pth"] },
      added: { count: 0, first: [] },
      setAside: { count: 2, first: ["links/best", "run/a.pth"] },
      same: 1,
      freeBytes: 100,
      neededBytes: 26,
      problems: [],
      kept: [],
    });
    assert.deepEqual(tree(), found);
    await assert.rejects(planUndo(planOf()), /keeps no checkpoints/);
    await replace(one, { wanted: first });
    const after = tree();
    const undoing = await planUndo(planOf());
    assert.equal(undoing.former, first);
    assert.deepEqual(undoing.differ.first, ["best_model.pth", "old/epoch_1.pth"]);
    assert.deepEqual(undoing.added.first, ["links/best", "run/a.pth"]);
    assert.deepEqual(
      undoing.kept.map(({ exchange, finished, files }) => [exchange, finished, files]),
      [[one, true, 4]],
    );
    assert.deepEqual(tree(), after);
  });

  it("is not seen by backups, by the observation and by a restore of `up`", async () => {
    await replace(one);
    const listing = await listCheckpoints(directory.path);
    assert.ok(
      ![...listing.files, ...listing.leftOut].some((path) => path.includes(".kept")),
      listing.leftOut.join(),
    );
    assert.equal(await observeCheckpoints(directory.path, "best_model.pth"), "valid");
    assert.deepEqual(await restoreModels({ ...planOf(), permitInitialise: false }, quiet), {
      action: "kept",
    });
    await undo(two);
    assert.deepEqual(seen(), before_);
  });

  it("half done, it outlives a restore of `up`, which clears away what was fetched", async () => {
    await assertKilled(true, (before) => replace(one, { hooks: { before } }), 3);
    await restoreModels({ ...planOf(), permitInitialise: false }, quiet);
    await replace(one);
    assert.deepEqual(seen(), ofSecond);
  });

  it("forgets for good what was kept, and only that", async () => {
    await replace(one);
    assert.deepEqual(await forgetModels(directory.path, quiet), {
      action: "forgotten",
      exchanges: [one],
      files: 4,
      bytes: 18,
    });
    assert.deepEqual(seen(), ofSecond);
    assert.ok(!existsSync(join(directory.path, `.kept-${one}`)));
  });

  it("brings a checkpoint in use back that somebody has removed", async () => {
    renameSync(join(directory.path, "best_model.pth"), join(directory.path, "run/gone.pth"));
    assert.equal(await observeCheckpoints(directory.path, "best_model.pth"), "partial");
    await replace(one);
    assert.deepEqual(seen(), ofSecond);
  });

  it("refuses to begin an exchange that the order of the kept ones would not show as the last", async () => {
    await replace(two, { wanted: first });
    await assert.rejects(
      replace(one, { wanted: second }),
      /exchange 20260201-000001 would not be the last one: .*set the clock right/,
    );
    await assert.rejects(undo(one), /would not be the last one/);
    assert.deepEqual(seen(), ofFirst);
  });

  it("done again without a name, is done once", async () => {
    await replace(one);
    const again = await replace(two);
    assert.equal(again.exchange, one);
    directory.write("best_model.pth", "written since");
    assert.equal((await replace(three)).exchange, three);
    assert.deepEqual(seen(), ofSecond);
  });

  it("half done without a checkpoint in use, a restore of `up` says what finishes it", async () => {
    renameSync(join(directory.path, "best_model.pth"), join(directory.path, "run/gone.pth"));
    await assertKilled(true, (before) => replace(one, { hooks: { before } }), 3);
    await assert.rejects(
      restoreModels({ ...planOf(), permitInitialise: false }, quiet),
      /is missing or empty; the restore of .* is half done: `npm run restore -- models --snapshot/,
    );
  });

  it("refuses a journal that is damaged", async () => {
    await replace(one);
    writeFileSync(join(directory.path, `.kept-${one}/journal.json`), "{");
    await assert.rejects(
      replace(two),
      /journal\.json is damaged: what the exchange has done is not known; look at/,
    );
  });
});

describe("the differences of two sets of checkpoints", () => {
  const cases: [name: string, living: string[], coming: string[], found: string[]][] = [
    ["nothing on either side", [], [], ["", "", "", ""]],
    ["all new", [], ["a 1"], ["", "a", "", ""]],
    ["all gone", ["a 1"], [], ["", "", "a", ""]],
    ["same and other", ["a 1", "b 1"], ["a 1", "b 2"], ["b", "", "", "a"]],
    ["a link that becomes a file", ["a ->x"], ["a 1"], ["a", "", "", ""]],
  ];
  const map = (entries: string[]): Map<string, string> =>
    new Map(entries.map((entry) => entry.split(" ") as [string, string]));
  for (const [name, living, coming, found] of cases)
    it(name, () => {
      const { differ, added, setAside, same } = differences(map(living), map(coming));
      assert.deepEqual(
        [differ, added, setAside, same].map((paths) => paths.join()),
        found,
      );
    });
});

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

type Before = (step: string) => void;

async function stepsOf(run: (before: Before) => Promise<unknown>): Promise<string[]> {
  const steps: string[] = [];
  await run((step) => steps.push(step));
  return steps;
}

async function assertKilled(
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
