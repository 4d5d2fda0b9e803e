import { cleanUp } from "./cleanUp";
import { causeDisaster, write } from "./disaster";
import { afterFailure } from "./failure";
import { findingsOf, type Known } from "./findings";
import { machine } from "./machine";
import { measureRecovery } from "./measureRecovery";
import { watchMemory } from "./memoryPeak";
import { newNonce } from "./nonce";
import type { DrillPlan } from "./plan";
import type { DrillSetup } from "./setup";
import { lookAgain, recoverSiteB } from "./recoverSiteB";
import { drillReport, reportJson } from "./report";
import type { DrillReport } from "./reportSchema";
import { buildSiteA, kubectlOf, loadData, makeVault, proveSiteA, takeBackups } from "./siteA";
import { StepRecorder } from "./stepRecorder";
import { VaultBucket } from "./vaultBucket";

/** The steps of a drill, in order. */
export const drillSteps = {
  clean: "Remove what an earlier drill left",
  vault: "Vault: object store, bucket, recovery kit",
  begin: "Site A: up with an empty database",
  data: "Site A: rows and checkpoints",
  prove: "Site A: up, verified, first backup",
  backups: "Site A: backups by their CronJobs",
  write: "Site A: a row every 100 ms",
  disaster: "Disaster: site A is killed, its disks are gone",
  recovery: "Site B: up on a fresh stack",
  measure: "What was lost",
  again: "Second up and refresh",
  evidence: "Evidence into the bucket",
  tearDown: "Tear everything down",
} as const;

/** Where the evidence of a drill goes. */
export type EvidenceStore = Pick<VaultBucket, "putEvidence" | "close">;

/** A drill at work: what its parts share. */
export interface DrillAtWork {
  plan: DrillPlan;
  nonce: string;
  recorder: StepRecorder;
  known: Known;
  /** Set as soon as it is there. */
  bucket?: EvidenceStore;
}

/** What a drill does, and how its remains are removed. */
export interface DrillParts {
  rehearse(drill: DrillAtWork): Promise<void>;
  cleanUp(setup: DrillSetup): Promise<void>;
}

/**
 * Builds site A, fills it, backs it up, destroys it in mid-write, brings it back as site B on a fresh stack, and measures.
 * Whatever stops it, its report goes into the bucket if that answers, and what it has made is torn down, unless site B is to
 * be kept.
 * @param parts @default the real ones
 * @throws the reason of `signal` when that stopped it; a failure is part of the report
 */
export async function runDrill(
  plan: DrillPlan,
  parts: DrillParts = { rehearse, cleanUp },
): Promise<DrillReport> {
  const { engine, setup, progress, signal, keep, rtoObjectiveSeconds, rpoObjectiveSeconds } = plan;
  const startedAt = new Date();
  const nonce = newNonce();
  const recorder = new StepRecorder(
    Object.values(drillSteps).filter((step) => !keep || step !== drillSteps.tearDown),
    progress,
  );
  const memory = watchMemory();
  const known: Known = {};
  const reportSoFar = (): DrillReport =>
    drillReport({
      drillId: `drill-${timestamp(startedAt)}-${nonce}`,
      nonce,
      startedAt: startedAt.toISOString(),
      finishedAt: new Date().toISOString(),
      rtoObjectiveSeconds,
      rpoObjectiveSeconds,
      steps: recorder.steps(),
      machine: machine(memory.peak()),
      ...findingsOf(known, nonce, engine),
    });
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!signal.aborted) known.error = afterFailure(known.error, error);
    }
  };

  const drill: DrillAtWork = { plan, nonce, recorder, known };
  await attempt(() => parts.rehearse(drill));
  const { bucket } = drill;
  if (bucket !== undefined && !signal.aborted)
    await attempt(() =>
      recorder.step(drillSteps.evidence, async (detail) => {
        const report = reportSoFar();
        detail(await bucket.putEvidence(report.drillId, reportJson(report), signal));
      }),
    );
  bucket?.close();
  memory.stop();
  if (!keep) await attempt(() => recorder.step(drillSteps.tearDown, () => parts.cleanUp(setup)));
  else if (known.error !== undefined || signal.aborted) await attempt(() => parts.cleanUp(setup));
  signal.throwIfAborted();
  return reportSoFar();
}

async function rehearse(drill: DrillAtWork): Promise<void> {
  const { plan, nonce, recorder, known } = drill;
  const { setup } = plan;
  await recorder.step(drillSteps.clean, () => cleanUp(setup));
  const { kit, recoverer } = await recorder.step(drillSteps.vault, (detail) => makeVault(plan, detail));
  const bucket = new VaultBucket(kit, setup.objectStore.port, setup.bucket);
  drill.bucket = bucket;
  const siteA = await recorder.step(drillSteps.begin, (detail) => buildSiteA(plan, detail));
  await recorder.step(drillSteps.data, (detail) => loadData(plan, siteA, nonce, detail));
  known.before = await recorder.step(drillSteps.prove, (detail) => proveSiteA(plan, siteA, nonce, detail));
  await recorder.step(drillSteps.backups, (detail) => takeBackups(siteA, detail));
  const writing = await recorder.step(drillSteps.write, (detail) => write(plan, siteA, nonce, detail));
  const disaster = await recorder.step(drillSteps.disaster, () => causeDisaster(plan, writing, bucket));
  known.disaster = disaster;

  const recovered = await recorder.step(drillSteps.recovery, async (detail) => {
    const access = { authority: kit.s3CaCertificate ?? "", keys: recoverer };
    known.recovered = await recoverSiteB(plan, access, nonce, detail);
    const { error, layer } = known.recovered;
    if (error !== undefined || layer === undefined) throw error ?? new Error("site B has no stack");
    return { ...known.recovered, layer };
  });
  const siteB = await kubectlOf(plan, setup.siteB, recovered.outputs["kubeconfig"]?.value);
  known.measured = await recorder.step(drillSteps.measure, () => measureRecovery(siteB, disaster, nonce));
  known.again = await recorder.step(drillSteps.again, (detail) => lookAgain(plan, recovered.layer, detail));
}

/** `20261124-101203`, UTC. */
function timestamp(time: Date): string {
  return time.toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
}
