import assert from "node:assert/strict";
import { CopyObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { confirmSnapshot } from "../../../automation/confirmSnapshot";
import type { Kubectl } from "../../../automation/kubectl";
import { openLayer } from "../../../automation/layers";
import { planModels, replaceModels } from "../../../automation/replaceModels";
import { openQuestions } from "../../../cli/backupRequest";
import { siteLayer } from "../../../drill/drillConfig";
import { kubectlOf } from "../../../drill/siteA";
import { names, runNames } from "../../../plan/names";
import type { DrillVault } from "./drillVault";

const MINUTE = 60_000;
const legacy = "models-20250101-030000";
const dashboard = "deployment/lstm-pfd-dashboard";

interface Snapshot {
  action: string;
  name: string;
  reason?: string;
  latest?: { snapshot?: string };
}

/** Checkpoints of a living site that are damaged, shrink, or are of the system before this one. */
export function checkpointCases(vault: DrillVault): void {
  let site: Kubectl;
  let runs = 0;

  before(async function () {
    this.timeout(MINUTE);
    const { engine, setup } = vault.plan;
    const layer = siteLayer(setup, setup.siteB, {});
    const opened = await openLayer({ ...engine, directory: setup.siteB.directory }, layer, "platform");
    site = await kubectlOf(vault.plan, setup.siteB, (await opened.outputs())["kubeconfig"]?.value);
  });

  const backUp = async (): Promise<Snapshot> =>
    (await site.runCronJob(runNames.models, `checkpoints-${(runs += 1)}`, 300)) as Snapshot;
  /** In the directory of the checkpoints, with the application's rights. */
  const shell = (script: string): Promise<string> =>
    site.call(["exec", dashboard, "--", "sh", "-ec", `cd ${names.checkpointsDirectory}; ${script}`]);
  const keys = async (prefix: string): Promise<string[]> => {
    const listed = new ListObjectsV2Command({ Bucket: vault.setup.bucket, Prefix: prefix });
    return ((await vault.bucket.send(listed)).Contents ?? []).map(({ Key = "" }) => Key);
  };
  let newest = "";

  it("are backed up while they are whole, and lie in models/latest/ then", async () => {
    const report = await backUp();
    assert.deepEqual([report.action, report.latest?.snapshot], ["committed", report.name]);
    newest = report.name;
    const files = await keys(`models/${newest}/checkpoints/`);
    assert.deepEqual(
      (await keys("models/latest/")).map((key) => key.replace("latest", `${newest}/checkpoints`)),
      files,
    );
  }).timeout(3 * MINUTE);

  it("are not published when one was truncated in place, and the newest good snapshot stays the newest", async () => {
    await shell("cp -p checkpoint_epoch_20.pth .whole; truncate -s -1 checkpoint_epoch_20.pth");
    const committed = (await keys("models/")).filter((key) => key.endsWith("/committed.json"));
    try {
      await assert.rejects(backUp(), (error) => {
        process.stdout.write(`${String(error)}\n`);
        assert.match(
          String(error),
          /backup-models: no snapshot was taken, and the newest good one stays the newest: \S+\/checkpoint_epoch_20\.pth is truncated: \d+ bytes instead of \d+; write it anew/,
        );
        return true;
      });
    } finally {
      await shell("mv .whole checkpoint_epoch_20.pth");
    }
    assert.deepEqual(
      (await keys("models/")).filter((key) => key.endsWith("/committed.json")),
      committed,
    );
    const plan = await planModels(site, { action: "replace" });
    assert.deepEqual([plan.snapshot, plan.warnings], [newest, []]);
  }).timeout(4 * MINUTE);

  it("are unconfirmed when most of them are gone, until somebody says so", async () => {
    await shell("mkdir .kept; mv checkpoint_epoch_*.pth .kept/");
    const report = await backUp();
    assert.equal(report.action, "unconfirmed");
    for (const question of openQuestions(report)) process.stdout.write(`${question}\n`);
    const plan = await planModels(site, { action: "replace" });
    assert.deepEqual(
      [plan.snapshot, plan.warnings],
      [
        newest,
        [
          `${report.name} is newer and passed over: it is unconfirmed (npm run backup -- models --confirm ${report.name})`,
        ],
      ],
    );
    const confirmed = (await confirmSnapshot(site, report.name)) as Snapshot;
    assert.deepEqual([confirmed.action, confirmed.latest?.snapshot], ["confirmed", report.name]);
    assert.equal((await planModels(site, { action: "replace" })).snapshot, report.name);
    assert.deepEqual(await keys("models/latest/"), [`models/latest/${names.modelFile}`]);
    await shell("mv .kept/*.pth .; rmdir .kept");
    assert.equal((await backUp()).action, "committed");
  }).timeout(6 * MINUTE);

  it("of the system before this one come back by their name, with a warning, and go again", async () => {
    const prefix = `models/${newest}/checkpoints/`;
    for (const key of await keys(prefix))
      await vault.bucket.send(
        new CopyObjectCommand({
          Bucket: vault.setup.bucket,
          Key: key.replace(newest, legacy),
          CopySource: `${vault.setup.bucket}/${key}`,
        }),
      );
    const wish = { action: "replace", snapshot: legacy } as const;
    const plan = await planModels(site, wish);
    assert.match(plan.warnings?.join() ?? "", new RegExp(`^${legacy} has no list of its files`));
    await shell("rm checkpoint_epoch_10.pth");
    const work = {
      say: (line: string): void => {
        process.stdout.write(`${line}\n`);
      },
      signal: vault.plan.signal,
    };
    const done = await replaceModels(site, wish, work);
    assert.deepEqual([done.action, done.snapshot, done.served.identity], ["replaced", legacy, "proven"]);
    assert.match(await shell("ls"), /checkpoint_epoch_10\.pth/);
    const undone = await replaceModels(site, { action: "undo" }, work);
    assert.equal(undone.action, "undone");
    const expired = (await site.runCronJob(runNames.modelsExpiry, "checkpoints-expiry", 300)) as {
      kept: string[];
    };
    assert.ok(expired.kept.includes(legacy));
  }).timeout(8 * MINUTE);
}
