import assert from "node:assert/strict";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { observeCheckpoints } from "../../../../jobs/models/checkpointListing";
import { planReplace, planUndo, statusOf } from "../../../../jobs/models/planReplace";
import { fetchModels, forgetModels } from "../../../../jobs/models/replaceModels";
import { restoreModels } from "../../../../jobs/models/restoreModels";
import {
  assertKilled,
  first,
  livingCheckpoints,
  noLinks,
  ofFirst,
  ofLiving,
  ofSecond,
  one,
  quiet,
  second,
  stepsOf,
  three,
  two,
} from "./livingCheckpoints";

describe("an exchange of the checkpoints", () => {
  const site = livingCheckpoints();
  const { replace, undo, seen, planOf } = site;

  for (const [name, options] of Object.entries({
    "with hard links": {},
    "without hard links": { link: noLinks },
  }))
    it(`killed at any step and repeated, it is whole, and the undo as well, ${name}`, async () => {
      const steps = await stepsOf((before) => replace(one, { hooks: { before, ...options } }));
      const undoSteps = await stepsOf((before) => undo(two, { hooks: { before, ...options } }));
      await forgetModels(site.directory.path, quiet);
      assert.ok(steps.length > 8 && undoSteps.length > 8, steps.join(", "));
      for (let kill = 0; kill < Math.max(steps.length, undoSteps.length); kill += 1) {
        await assertKilled(
          kill < steps.length,
          (before) => replace(one, { hooks: { before, ...options } }),
          kill,
        );
        assert.notEqual(await observeCheckpoints(site.directory.path, "best_model.pth"), "partial");
        // Who comes later asks for it without a name, and with another id.
        assert.equal((await replace(two, { hooks: options })).snapshot, second);
        assert.deepEqual(seen(), ofSecond, `killed at ${steps[kill] ?? ""}`);
        await assertKilled(
          kill < undoSteps.length,
          (before) => undo(three, { hooks: { before, ...options } }),
          kill,
        );
        assert.ok(existsSync(join(site.directory.path, "best_model.pth")));
        await undo(three, { hooks: options });
        assert.deepEqual(seen(), ofLiving, `undo killed at ${undoSteps[kill] ?? ""}`);
        await forgetModels(site.directory.path, quiet);
        assert.ok(readdirSync(site.directory.path).every((name) => !/^\.(kept|left)-/.test(name)));
      }
    });

  it("never leaves the name of the checkpoint in use without a whole file", async () => {
    const read = (): void => {
      const found = readFileSync(join(site.directory.path, "best_model.pth"), "utf8");
      assert.ok(["living model", "best model of 02"].includes(found), found);
    };
    await replace(one, { hooks: { before: read } });
    await undo(two, { hooks: { before: read } });
  });

  it("follows a checkpoint in use that was a link, and becomes a file, and back", async () => {
    renameSync(join(site.directory.path, "best_model.pth"), join(site.directory.path, "run/best.pth"));
    symlinkSync("run/best.pth", join(site.directory.path, "best_model.pth"));
    const read = (): void => {
      assert.ok(
        ["living model", "best model of 02"].includes(
          readFileSync(join(site.directory.path, "best_model.pth"), "utf8"),
        ),
      );
    };
    await replace(one, { hooks: { before: read } });
    assert.ok(lstatSync(join(site.directory.path, "best_model.pth")).isFile());
    await undo(two, { hooks: { before: read } });
    assert.equal(readlinkSync(join(site.directory.path, "best_model.pth")), "run/best.pth");
    read();
  });

  it("keeps the newer one when a checkpoint is renamed into place under way", async () => {
    const before = (step: string): void => {
      if (step !== "rename best_model.pth") return;
      site.directory.write("best_model.pth.tmp", "newer");
      renameSync(
        join(site.directory.path, "best_model.pth.tmp"),
        join(site.directory.path, "best_model.pth"),
      );
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
    assert.deepEqual(seen(), ofLiving);
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
    await assert.rejects(forgetModels(site.directory.path, quiet), finishes);
    assert.deepEqual((await planReplace(planOf({ wanted: second }))).problems.length, 1);
    assert.deepEqual(
      (await statusOf(site.directory.path)).kept.map(({ exchange, finished }) => [exchange, finished]),
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
    assert.deepEqual(seen(), ofLiving);
  });

  it("half done, it outlives a restore of `up`, which clears away what was fetched", async () => {
    await assertKilled(true, (before) => replace(one, { hooks: { before } }), 3);
    await restoreModels({ ...planOf(), permitInitialise: false }, quiet);
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
    site.directory.write("best_model.pth", "written since");
    assert.equal((await replace(three)).exchange, three);
    assert.deepEqual(seen(), ofSecond);
  });

  it("half done without a checkpoint in use, a restore of `up` says what finishes it", async () => {
    renameSync(join(site.directory.path, "best_model.pth"), join(site.directory.path, "run/gone.pth"));
    await assertKilled(true, (before) => replace(one, { hooks: { before } }), 3);
    await assert.rejects(
      restoreModels({ ...planOf(), permitInitialise: false }, quiet),
      /is missing or empty; the restore of .* is half done: `npm run restore -- models --snapshot/,
    );
  });

  it("half done, writes through no link that somebody has put there since", async () => {
    await assertKilled(true, (before) => replace(one, { hooks: { before } }), 3);
    mkdirSync(join(site.directory.path, "elsewhere"));
    symlinkSync("elsewhere", join(site.directory.path, "new"));
    await assert.rejects(
      replace(one),
      /new is to be a folder, and is a file or a link.*move it away, then run this again/,
    );
    rmSync(join(site.directory.path, "new"));
    await replace(one);
    assert.deepEqual(seen(), ofSecond);
  });

  it("refuses a journal that is damaged", async () => {
    await replace(one);
    writeFileSync(join(site.directory.path, `.kept-${one}/journal.json`), "{");
    await assert.rejects(
      replace(two),
      /journal\.json is damaged: what the exchange has done is not known; look at/,
    );
  });
});
