import { reasonOf } from "../lib/failure";
import type { Progress } from "../lib/progress";
import { meansDump } from "../plan/dumpNames";
import { jobNames, runNames } from "../plan/names";
import {
  forgetHeld,
  type Held,
  holdApplication,
  noteHeld,
  readHeld,
  release,
  renote,
} from "./heldApplication";
import { readHold } from "./heldWorker";
import type { Kubectl } from "./kubectl";
import { describeRequest, verify } from "./replaceDatabase";
import type { KubernetesObject } from "./kubernetesObject";
import { runJobOnce } from "./runOwnJob";

/** What a person asks for. */
export interface DumpRequest {
  action: "dump" | "undo dump";
  /** Name of the dump; for an undo also its day. */
  dump: string;
}

/** What the Job says that loads a dump. Anything may be missing. */
export interface LoadResult {
  dump?: string;
  takenAt?: string;
  rows?: Record<string, number>;
  notes?: string[];
  seconds?: number | null;
}

/** What a server says of the databases that dumps have replaced. Anything may be missing. */
export interface DumpStateResult {
  serving?: { dump?: string | null; servedBy?: { operation?: string } } | null;
  loaded?: { dump?: string; at?: string } | null;
  kept?: { name?: string; at?: string; dump?: string }[];
}

/** What a restore of a dump did. */
export interface DumpRestored {
  held: Held;
  /** Undefined for an undo, and where an earlier run had loaded it. */
  loaded: LoadResult | undefined;
  /** What the Job says that has switched. Anything may be missing. */
  switched: { action?: string; at?: string; kept?: string; takenAt?: string | null } | undefined;
  /** Seconds from the first pod that was stopped to the application's return; null where that was another run. */
  downSeconds: number | null;
  /** Undefined where the platform has no Job for it yet: it has begun empty. */
  verification: unknown;
  backup: unknown;
}

const lookSeconds = 3600;
const limitSeconds = 12 * 3600;

/** Asks of the dumps in the bucket, or of the databases that a dump has to do with. */
export async function askDumps(
  kubectl: Kubectl,
  action: "list" | "plan" | "state" | "forget",
  dump = "",
): Promise<unknown> {
  // Whoever only looks waits for nobody: each has a name of its own.
  return word(kubectl, action, `${runNames.dumpRestore}-${action}-${Date.now().toString(36)}`, {
    RESTORE_DUMP: dump,
  });
}

/**
 * Loads a dump beside the living database, which goes on meanwhile, then stops the application for as long as the names are exchanged;
 * or brings back what a dump has replaced. Killed at any step, the same call goes on.
 * @throws Error with the Job's own sentence, and what is the case now
 */
export async function restoreDump(
  kubectl: Kubectl,
  request: DumpRequest,
  progress: Progress,
  signal: AbortSignal,
): Promise<DumpRestored> {
  const before = await readHeld(kubectl);
  await requireNothingElse(kubectl, before, request);
  if (before === undefined && request.action === "undo dump") await requireKept(kubectl, request.dump);
  // What is held was loaded: a switch may have come since, and then there is nothing to load any more.
  const loaded =
    before !== undefined || request.action === "undo dump"
      ? undefined
      : ((await progress.step("Dump beside the database", () =>
          word(kubectl, "load", `${runNames.dumpRestore}-load`, { RESTORE_DUMP: request.dump }),
        )) as LoadResult | undefined);
  const held =
    before ??
    (await noteHeld(
      kubectl,
      { action: request.action, wanted: loaded?.dump ?? request.dump },
      Date.now().toString(36),
    ));
  const start = Date.now();
  await progress.step("Stop of the application", async (detail) => {
    if (held.serving !== true) await holdApplication(kubectl, held, detail);
  });
  const switched = await progress.step("Switch", (detail) => switchOver(kubectl, held, detail, signal));
  if (held.serving !== true) {
    await progress.step("Application as it was", (detail) => release(kubectl, held, detail));
    await renote(kubectl, { ...held, serving: true });
  }
  const downSeconds = held.serving === true ? null : Math.round((Date.now() - start) / 1000);
  const verification = await progress.step("Verification", async () =>
    (await hasJob(kubectl, jobNames.verify)) ? verify(kubectl) : undefined,
  );
  const backup = await progress.step("Full backup", () =>
    kubectl.runCronJob(
      runNames.databaseFull,
      `${runNames.databaseFull}-${Date.now().toString(36)}`,
      limitSeconds,
    ),
  );
  await forgetHeld(kubectl, held);
  return { held, loaded, switched: switched as DumpRestored["switched"], downSeconds, verification, backup };
}

async function requireNothingElse(
  kubectl: Kubectl,
  held: Held | undefined,
  { action, dump }: DumpRequest,
): Promise<void> {
  if (held === undefined) {
    if ((await readHold(kubectl)) !== undefined)
      throw new Error(
        "models are being restored on this platform, and the worker is held for that: let it come to its end with the same command first",
      );
    return;
  }
  if (held.action !== action || !meansDump(dump, held.wanted))
    throw new Error(
      `a restore in place is under way since ${held.startedAt} (${describeRequest(held)}): let it come to its end with the same command`,
    );
}

/** @throws Error before anything is stopped for it */
async function requireKept(kubectl: Kubectl, dump: string): Promise<void> {
  const { kept = [] } = ((await askDumps(kubectl, "state")) ?? {}) as DumpStateResult;
  if (!kept.some((each) => meansDump(dump, each.dump ?? "")))
    throw new Error(
      `there is nothing to undo: no database is kept that ${dump} has replaced (kept: ${kept.map((each) => `${each.name ?? "?"}, replaced by ${each.dump ?? "?"}`).join("; ") || "none"})`,
    );
}

async function switchOver(
  kubectl: Kubectl,
  held: Held,
  detail: (text: string) => void,
  signal: AbortSignal,
): Promise<unknown> {
  const environment = { RESTORE_DUMP: held.wanted, OPERATION: held.operation };
  const action = held.action === "dump" ? "switch" : "undo";
  try {
    return await word(kubectl, action, `${runNames.dumpRestore}-${action}-${held.operation}`, environment);
  } catch (error) {
    // Stopped by a person: the Job goes on, and so does the next run.
    signal.throwIfAborted();
    throw await afterFailure(kubectl, held, reasonOf(error), detail);
  }
}

/** The names change in one transaction: where this operation is not served, nothing was switched. */
async function afterFailure(
  kubectl: Kubectl,
  held: Held,
  reason: string,
  detail: (text: string) => void,
): Promise<Error> {
  let state: DumpStateResult | undefined;
  try {
    state = (await askDumps(kubectl, "state")) as DumpStateResult | undefined;
  } catch {
    state = undefined;
  }
  if (state === undefined || state.serving?.servedBy?.operation === held.operation)
    return new Error(
      `${reason}\nWhether the databases were switched is ${state === undefined ? "not known" : "certain: they were"}; the application stays stopped: the same command goes on`,
    );
  detail("starting the application again, as it was");
  await release(kubectl, held, detail);
  await forgetHeld(kubectl, held);
  return new Error(`${reason}\nNothing was switched: the database is served as it was`);
}

/** One word of the command `restore-dump`, in the pod of its CronJob, which waits for that. */
async function word(
  kubectl: Kubectl,
  action: string,
  name: string,
  environment: Record<string, string>,
): Promise<unknown> {
  const text = await kubectl.call([
    ...["get", "cronjob", runNames.dumpRestore, "--ignore-not-found", "--output=json"],
  ]);
  if (text.trim() === "")
    throw new Error(
      `the platform has no CronJob ${runNames.dumpRestore}: its "up" has not succeeded, or is of an older version; run it first`,
    );
  const { spec } = JSON.parse(text) as { spec: { jobTemplate: KubernetesObject } };
  const pattern = {
    ...spec.jobTemplate,
    metadata: { ...spec.jobTemplate.metadata, name: runNames.dumpRestore },
  };
  return runJobOnce(kubectl, pattern, {
    name,
    command: [runNames.dumpRestore, action],
    environment,
    limitSeconds: action === "load" ? limitSeconds : lookSeconds,
  });
}

async function hasJob(kubectl: Kubectl, job: string): Promise<boolean> {
  return (await kubectl.call(["get", "job", job, "--ignore-not-found", "--output=name"])).trim() !== "";
}
