import {
  type ExchangePlan,
  type ExchangeReport,
  type FetchReport,
  type ForgetReport,
  newExchangeId,
  type StatusReport,
} from "../plan/modelExchange";
import { jobNames } from "../plan/names";
import { readHeld } from "./heldApplication";
import {
  forgetHold,
  type Hold,
  type HoldLimits,
  holdWorker,
  readHold,
  releaseWorker,
  rememberHold,
  worker,
} from "./heldWorker";
import type { Kubectl } from "./kubectl";
import { runOwnJob } from "./runOwnJob";
import { proveModel, type ServedModel } from "./servedModel";

/** What a person asks for. */
export interface ModelsWish {
  action: "replace" | "undo";
  /** Name of a snapshot; empty for the newest committed one, and for an undo. @default "" */
  snapshot?: string;
}

/** What the work tells of itself, and what ends it. */
export interface ModelsWork {
  /** One step of it, a line for a person. */
  say: (line: string) => void;
  signal: AbortSignal;
  /** For tests. */
  now?: () => Date;
  holdLimits?: HoldLimits;
}

/** What was done and proven. */
export interface ModelsReplaced extends ExchangeReport {
  served: ServedModel;
  /** Seconds without a worker. */
  heldSeconds: number;
}

const dashboard = "lstm-pfd-dashboard";
const hours = 3600;

/**
 * What a restore of the models, or its undo, would do. Changes nothing but a Job.
 * @throws Error with the Job's own sentence
 */
export async function planModels(
  kubectl: Kubectl,
  { action, snapshot = "" }: ModelsWish,
): Promise<ExchangePlan> {
  const words = action === "undo" ? ["plan", "undo"] : ["plan"];
  return (await runWords(kubectl, words, { RESTORE_MODELS: snapshot })) as ExchangePlan;
}

/**
 * Removes for good what exchanges have replaced.
 * @throws Error with the Job's own sentence; or when a restore has not come to its end
 */
export async function forgetModels(kubectl: Kubectl): Promise<ForgetReport> {
  const hold = await readHold(kubectl);
  if (hold !== undefined) throw underWay(hold);
  return (await runWords(kubectl, ["forget"], {})) as ForgetReport;
}

/**
 * Puts an older snapshot into a living platform, or undoes that: fetches while the application runs, holds the worker while files are
 * exchanged, restarts dashboard and worker, and proves that the new checkpoint answers. Killed at any step, the same call goes on.
 * @throws Error that says what is held, and what to run next
 */
export async function replaceModels(
  kubectl: Kubectl,
  wish: ModelsWish,
  work: ModelsWork,
): Promise<ModelsReplaced> {
  const hold = await begun(kubectl, wish, work);
  const start = Date.now();
  work.say(`holding ${worker}, which had ${hold.replicas} pods`);
  await holdWorker(kubectl, hold, work.signal, work.holdLimits);
  work.say(
    hold.action === "undo" ? "bringing back the former checkpoints" : `putting ${hold.snapshot} into place`,
  );
  const report = await exchange(kubectl, hold, work);
  work.say("restarting dashboard and worker");
  await kubectl.call(["rollout", "restart", `deployment/${dashboard}`, `deployment/${worker}`]);
  await releaseWorker(kubectl, hold);
  const heldSeconds = Math.round((Date.now() - start) / 1000);
  for (const deployment of [dashboard, worker])
    await kubectl.call(["rollout", "status", `deployment/${deployment}`, "--timeout=900s"], {
      timeoutMs: 910_000,
    });
  work.say("verifying that the new checkpoint answers");
  const served = await proven(kubectl, hold, report);
  await forgetHold(kubectl);
  return { ...report, served, heldSeconds };
}

/** Goes on with what was stopped, or makes sure that there is something to do before anything is held. */
async function begun(kubectl: Kubectl, wish: ModelsWish, { say, now }: ModelsWork): Promise<Hold> {
  const { action, snapshot = "" } = wish;
  const hold = await readHold(kubectl);
  if (hold !== undefined) {
    if (hold.action !== action || (snapshot !== "" && snapshot !== hold.snapshot)) throw underWay(hold);
    say(`going on with ${commandOf(hold)}, which was stopped`);
    return hold;
  }
  const held = await readHeld(kubectl);
  if (held !== undefined)
    throw new Error(
      `a restore of the database is under way on this platform since ${held.startedAt}: let it come to its end first`,
    );
  const exchangeId = newExchangeId(now?.() ?? new Date());
  if (action === "undo") {
    const { kept } = (await runWords(kubectl, ["status"], {})) as StatusReport;
    if (!kept.some(({ kind, finished }) => kind === "replace" || !finished))
      throw new Error(
        "there is nothing to undo: the platform keeps no checkpoints that a restore has replaced",
      );
    return rememberHold(kubectl, { action, snapshot: "", exchange: exchangeId });
  }
  say("fetching the snapshot beside the living checkpoints");
  const fetched = (await runWords(kubectl, ["fetch"], { RESTORE_MODELS: snapshot })) as FetchReport;
  return rememberHold(kubectl, { action, snapshot: fetched.snapshot, exchange: exchangeId });
}

async function exchange(kubectl: Kubectl, hold: Hold, work: ModelsWork): Promise<ExchangeReport> {
  const environment = { RESTORE_MODELS: hold.snapshot, EXCHANGE_ID: hold.exchange };
  try {
    return (await runWords(kubectl, [hold.action], environment)) as ExchangeReport;
  } catch (error) {
    work.signal.throwIfAborted();
    throw await afterFailure(kubectl, hold, error instanceof Error ? error.message : String(error));
  }
}

/** Only where no file was exchanged may the worker go on. What cannot be told is taken for half done. */
async function afterFailure(kubectl: Kubectl, hold: Hold, reason: string): Promise<Error> {
  const stays = `${worker} stays held: mend that, then run \`${commandOf(hold)}\` again, which goes on`;
  let kept: StatusReport["kept"];
  try {
    ({ kept } = (await runWords(kubectl, ["status"], {})) as StatusReport);
  } catch {
    return new Error(`${reason}; whether files were exchanged is not known; ${stays}`);
  }
  const begunHere = kept.some(({ exchange: id, finished }) => !finished || id === hold.exchange);
  if (begunHere) return new Error(`${reason}; the exchange is half done; ${stays}`);
  await releaseWorker(kubectl, hold);
  await forgetHold(kubectl);
  return new Error(`${reason}; the living checkpoints are as they were, and ${worker} runs again`);
}

async function proven(kubectl: Kubectl, hold: Hold, report: ExchangeReport): Promise<ServedModel> {
  try {
    return await proveModel(kubectl, report);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // Files, worker and CronJobs are what they are to be: what follows is for a person to choose.
    await forgetHold(kubectl);
    const next =
      hold.action === "undo"
        ? "look at the dashboard's log"
        : "`npm run restore -- models --undo` brings the old ones back";
    throw new Error(`the checkpoints are exchanged, but the verification failed: ${message}; ${next}`, {
      cause: error,
    });
  }
}

/** The command that comes to the end of what is held. */
function commandOf({ action, snapshot }: Hold): string {
  return `npm run restore -- models ${action === "undo" ? "--undo" : `--snapshot ${snapshot}`}`;
}

function underWay(hold: Hold): Error {
  return new Error(`\`${commandOf(hold)}\` was begun and has not come to its end: run it again first`);
}

/** Each word's Job has a name of its own where it only looks, so that it never waits for one that works. */
function runWords(kubectl: Kubectl, words: string[], environment: Record<string, string>): Promise<unknown> {
  const looks = words[0] === "plan" || words[0] === "status";
  return runOwnJob(kubectl, jobNames.restoreModels, {
    name: looks ? `${jobNames.replaceModels}-${words[0] ?? ""}` : jobNames.replaceModels,
    command: [jobNames.replaceModels, ...words],
    environment,
    limitSeconds: looks ? hours : 6 * hours,
  });
}
