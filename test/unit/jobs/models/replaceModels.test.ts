import assert from "node:assert/strict";
import { appendFileSync, existsSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { listCheckpoints, observeCheckpoints } from "../../../../jobs/models/checkpointListing";
import { forgetModels } from "../../../../jobs/models/replaceModels";
import { restoreModels } from "../../../../jobs/models/restoreModels";
import {
  first,
  livingCheckpoints,
  noLinks,
  ofLiving,
  ofSecond,
  one,
  quiet,
  second,
  two,
} from "./livingCheckpoints";

describe("a restore of the models in place", () => {
  const site = livingCheckpoints();
  const { replace, undo, seen, planOf } = site;

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
    assert.ok(!existsSync(join(site.directory.path, "links")), "a folder without anything in it stayed");
    assert.ok(!existsSync(join(site.directory.path, "checkpoints.incoming")));
  });

  it("brings back every file and link of the old ones", async () => {
    for (const wanted of [first, second]) {
      await replace(one, { wanted });
      await undo(two);
      assert.deepEqual(seen(), ofLiving);
      await forgetModels(site.directory.path, quiet);
    }
  });

  it("keeps the old content even of files that were the same, and are then written in place", async () => {
    await replace(one, { wanted: first });
    appendFileSync(join(site.directory.path, "same"), " and more");
    appendFileSync(join(site.directory.path, "best_model.pth"), " and more");
    site.directory.write("run/c.pth", "came since");
    const report = await undo(two);
    assert.deepEqual(seen(), ofLiving);
    assert.deepEqual(report.writtenSince, { count: 3, first: ["best_model.pth", "run/c.pth", "same"] });
    assert.equal(
      readFileSync(join(site.directory.path, `.kept-${two}/files/run/c.pth`), "utf8"),
      "came since",
      "what came since is gone",
    );
  });

  it("works where the file system has no hard links", async () => {
    await replace(one, { link: noLinks, hooks: { link: noLinks } });
    assert.deepEqual(seen(), ofSecond);
    await undo(two, { hooks: { link: noLinks } });
    assert.deepEqual(seen(), ofLiving);
  });

  it("is not seen by backups, by the observation and by a restore of `up`", async () => {
    await replace(one);
    const listing = await listCheckpoints(site.directory.path);
    assert.ok(
      ![...listing.files, ...listing.leftOut].some((path) => path.includes(".kept")),
      listing.leftOut.join(),
    );
    assert.equal(await observeCheckpoints(site.directory.path, "best_model.pth"), "valid");
    assert.deepEqual(await restoreModels({ ...planOf(), permitInitialise: false }, quiet), {
      action: "kept",
    });
    await undo(two);
    assert.deepEqual(seen(), ofLiving);
  });

  it("forgets for good what was kept, and only that", async () => {
    await replace(one);
    assert.deepEqual(await forgetModels(site.directory.path, quiet), {
      action: "forgotten",
      exchanges: [one],
      files: 4,
      bytes: 18,
    });
    assert.deepEqual(seen(), ofSecond);
    assert.ok(!existsSync(join(site.directory.path, `.kept-${one}`)));
  });

  it("brings a checkpoint in use back that somebody has removed", async () => {
    renameSync(join(site.directory.path, "best_model.pth"), join(site.directory.path, "run/gone.pth"));
    assert.equal(await observeCheckpoints(site.directory.path, "best_model.pth"), "partial");
    await replace(one);
    assert.deepEqual(seen(), ofSecond);
  });
});
