import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { differences, planReplace, planUndo } from "../../../../jobs/models/planReplace";
import { fetchModels } from "../../../../jobs/models/replaceModels";
import {
  first,
  livingCheckpoints,
  noLinks,
  ofLiving,
  ofSecond,
  one,
  quiet,
  second,
} from "./livingCheckpoints";

describe("what is looked at before living checkpoints are replaced", () => {
  const site = livingCheckpoints();
  const { replace, seen, planOf } = site;

  it("leaves the living ones alone when the snapshot is damaged, cut off or not there", async () => {
    const key = `models/${second}/checkpoints/best_model.pth`;
    const whole = site.store.objects.get(key);
    assert.ok(whole !== undefined);
    try {
      for (const [content, says] of [
        ["best model of 0", /is damaged: 15 bytes instead of 16/],
        ["best model of 0X", /is damaged: .* choose an older snapshot \(--snapshot\)/],
      ] as const) {
        site.store.objects.set(key, Buffer.from(content));
        await assert.rejects(replace(one), says);
        assert.deepEqual(seen(), ofLiving);
      }
      site.store.objects.delete(key);
      await assert.rejects(replace(one), /is missing; .*\(--snapshot\)/);
    } finally {
      site.store.objects.set(key, whole);
    }
    await assert.rejects(
      replace(one, { wanted: "models-20250101-000000" }),
      /is not there; choose another one \(--snapshot; committed: /,
    );
    assert.deepEqual(seen(), ofLiving);
    assert.deepEqual(
      readdirSync(site.directory.path).filter((name) => name.startsWith(".kept")),
      [],
    );
  });

  it("goes on with what it has fetched when the store is away for a while", async () => {
    site.store.fault = (method, key) => (method === "GET" && key.endsWith("epoch_2.pth") ? 403 : undefined);
    await assert.rejects(fetchModels(planOf(), quiet));
    assert.deepEqual(seen(), ofLiving);
    site.store.fault = () => undefined;
    assert.equal((await fetchModels(planOf(), quiet)).files, 2);
    assert.deepEqual(seen(), ofLiving);
    site.store.requests.length = 0;
    await replace(one);
    assert.deepEqual(
      site.store.requests.filter((request) => request.includes("/checkpoints/")),
      [],
    );
    assert.deepEqual(seen(), ofSecond);
  });

  it("does not fetch what the volume has already", async () => {
    site.store.requests.length = 0;
    assert.equal((await planReplace(planOf({ wanted: first }))).bytesToFetch, 25);
    await fetchModels(planOf({ wanted: first }), quiet);
    assert.ok(site.store.requests.every((request) => !request.endsWith("/same")));
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
    assert.deepEqual(seen(), ofLiving);
    await replace(one, room(25));
  });

  it("refuses a folder where a file is to be, and never writes through a link", async () => {
    mkdirSync(join(site.directory.path, "latest"));
    site.directory.write("latest/x", "x");
    await assert.rejects(
      replace(one),
      /latest is to be a file or a link, and is a folder.*this run has changed nothing; move it away/,
    );
    renameSync(join(site.directory.path, "latest"), join(site.directory.path, "else"));
    symlinkSync("else", join(site.directory.path, "new"));
    await assert.rejects(replace(one), /new is to be a folder, and is a file or a link/);
    assert.deepEqual((await planReplace(planOf())).problems, [
      "new is to be a folder, and is a file or a link",
    ]);
    assert.equal(readFileSync(join(site.directory.path, "best_model.pth"), "utf8"), "living model");
  });

  it("plans without changing anything", async () => {
    const tree = (): unknown => readdirSync(site.directory.path, { recursive: true }).sort();
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
      warnings: [],
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
