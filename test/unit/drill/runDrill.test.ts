import assert from "node:assert/strict";
import type { Plugins } from "../../../automation/plugins";
import { drillSetup } from "../../../drill/setup";
import type { DrillReport } from "../../../drill/reportSchema";
import type { DrillPlan } from "../../../drill/plan";
import {
  type DrillAtWork,
  type DrillParts,
  drillSteps,
  type EvidenceStore,
  runDrill,
} from "../../../drill/runDrill";
import type { Toolchain } from "@lstm-pfd/local-cloud/toolchain";
import { imageNames } from "../../../images/build/definitions";
import { silentProgress } from "../../support/silentProgress";

const image = { reference: "", archive: "" };

async function planOf(change: Partial<DrillPlan> = {}): Promise<DrillPlan> {
  const embedded = { source: "embedded", origin: "part of this project", version: "1" } as const;
  const upstream = { source: "upstream", origin: "installed", version: "1" } as const;
  const providers = { kubernetes: upstream, aws: embedded, random: embedded };
  const plugins: Plugins = { path: [], providers, languageHost: undefined };
  const toolchain: Toolchain = {
    binDir: "/nowhere",
    plugins: { kubernetes: { executable: "/nowhere/pulumi-resource-kubernetes", origin: "installed" } },
    versions: { pulumi: "3.250.0" },
    images: Object.fromEntries(imageNames.map((name) => [name, image])) as Toolchain["images"],
    charts: { certManager: "", traefik: "" },
  };
  return {
    engine: { toolchain, plugins },
    setup: await drillSetup("of-the-test", "/nowhere/drill"),
    progress: silentProgress,
    signal: new AbortController().signal,
    keep: false,
    writeSeconds: 0,
    rtoObjectiveSeconds: 240,
    rpoObjectiveSeconds: 60,
    ...change,
  };
}

/** A bucket that keeps what is put, and tells when it was closed. */
function bucketOf(putEvidence?: EvidenceStore["putEvidence"]) {
  const reports: DrillReport[] = [];
  const bucket = {
    reports,
    closed: false,
    putEvidence:
      putEvidence ??
      ((id: string, json: string) => {
        reports.push(JSON.parse(json) as DrillReport);
        return Promise.resolve(`s3://backups/${id}`);
      }),
    close: () => {
      bucket.closed = true;
    },
  };
  return bucket;
}

const broken = (message: string) => (): Promise<never> => Promise.reject(new Error(message));

/** A drill that has made its vault, then fails in the recovery. */
function failing(bucket?: EvidenceStore): DrillParts["rehearse"] {
  return async (drill: DrillAtWork) => {
    await drill.recorder.step(drillSteps.vault, () => Promise.resolve());
    if (bucket !== undefined) drill.bucket = bucket;
    await drill.recorder.step(drillSteps.recovery, broken("a checkpoint is damaged"));
  };
}

const outcomeOf = ({ steps }: DrillReport, step: string): string | undefined =>
  steps.find(({ name }) => name === step)?.outcome;

describe("a drill that fails", () => {
  it("leaves its evidence in the bucket, before everything is torn down", async () => {
    const bucket = bucketOf();
    let kept = 0;
    const cleanUp = (): Promise<void> => {
      kept = bucket.reports.length;
      return Promise.resolve();
    };
    const report = await runDrill(await planOf(), { rehearse: failing(bucket), cleanUp });
    assert.deepEqual([report.outcome, report.error], ["failed", "a checkpoint is damaged"]);
    assert.equal(outcomeOf(report, drillSteps.evidence), "done");
    assert.equal(outcomeOf(report, drillSteps.tearDown), "done");
    assert.equal(kept, 1);
    assert.equal(bucket.closed, true);

    const [evidence] = bucket.reports;
    assert.ok(evidence);
    assert.deepEqual(
      [evidence.drillId, evidence.outcome, evidence.error],
      [report.drillId, "failed", report.error],
    );
    assert.equal(outcomeOf(evidence, drillSteps.vault), "done");
    assert.equal(outcomeOf(evidence, drillSteps.recovery), "failed");
    assert.equal(outcomeOf(evidence, drillSteps.measure), "not reached");
    assert.ok(Date.parse(evidence.finishedAt) >= Date.parse(evidence.startedAt));
  });

  it("keeps its cause in front when neither the evidence nor the end succeeds", async () => {
    const bucket = bucketOf(broken("the bucket does not answer"));
    const report = await runDrill(await planOf(), {
      rehearse: failing(bucket),
      cleanUp: broken("a mount is busy"),
    });
    assert.equal(
      report.error,
      "a checkpoint is damaged\nafter that: the bucket does not answer\nafter that: a mount is busy",
    );
    assert.equal(outcomeOf(report, drillSteps.evidence), "failed");
    assert.equal(bucket.closed, true);
  });

  it("has no evidence to write when it failed before there was a bucket", async () => {
    const report = await runDrill(await planOf(), { rehearse: failing(), cleanUp: () => Promise.resolve() });
    assert.equal(report.error, "a checkpoint is damaged");
    assert.equal(outcomeOf(report, drillSteps.evidence), "not reached");
  });

  it("tears down site B although it was to be kept", async () => {
    let cleaned = 0;
    const cleanUp = (): Promise<void> => Promise.resolve(void (cleaned += 1));
    await runDrill(await planOf({ keep: true }), { rehearse: failing(bucketOf()), cleanUp });
    assert.equal(cleaned, 1);
    await runDrill(await planOf({ keep: true }), { rehearse: () => Promise.resolve(), cleanUp });
    assert.equal(cleaned, 1);
  });

  it("fails for its evidence alone when all else went well", async () => {
    const bucket = bucketOf(broken("the bucket does not answer"));
    const rehearse = (drill: DrillAtWork): Promise<void> => {
      drill.bucket = bucket;
      return Promise.resolve();
    };
    const report = await runDrill(await planOf(), { rehearse, cleanUp: () => Promise.resolve() });
    assert.deepEqual([report.outcome, report.error], ["failed", "the bucket does not answer"]);
  });

  it("reports nothing when a person has stopped it, and still tears down", async () => {
    const stop = new AbortController();
    const bucket = bucketOf();
    let cleaned = false;
    const drill = runDrill(await planOf({ signal: stop.signal }), {
      rehearse: async (drill) => {
        drill.bucket = bucket;
        stop.abort(new Error("stopped by SIGINT"));
        await broken("aborted")();
      },
      cleanUp: () => Promise.resolve(void (cleaned = true)),
    });
    await assert.rejects(drill, { message: "stopped by SIGINT" });
    assert.deepEqual([bucket.reports.length, bucket.closed, cleaned], [0, true, true]);
  });
});
