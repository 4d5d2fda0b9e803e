import { reasonOf } from "../lib/failure";
import type { Progress } from "../lib/progress";
import { jobNames, names, runNames } from "../plan/names";
import {
  forgetHeld,
  type Held,
  hold,
  type InPlaceRequest,
  noteHeld,
  readHeld,
  release,
  renote,
  startDatabase,
} from "./heldApplication";
import { readHold } from "./heldWorker";
import { jobFromPattern } from "./jobFromPattern";
import type { Kubectl } from "./kubectl";
import type { KubernetesObject } from "./kubernetesObject";

/** What a restore in place did, and when. */
export interface InPlaceResult {
  held: Held;
  /** What the Job says that replaced the database. Anything may be missing. */
  database: unknown;
  /** Seconds from the first pod that was stopped to the application's return; null where that was another run. */
  downSeconds: number | null;
  verification: unknown;
  backup: unknown;
}

const limitSeconds = 12 * 3600;
const lookSeconds = 3600;

/** Asks the volume of the database something, beside the server if there is one. */
export async function askVolume(
  kubectl: Kubectl,
  action: "plan" | "state" | "forget",
  environment: Record<string, string> = {},
): Promise<unknown> {
  const name = `${jobNames.replaceDatabase}-${action}-${Date.now().toString(36)}`;
  const pod = await kubectl.call([
    "get",
    "pod",
    `${names.databaseStatefulSet}-0`,
    "--ignore-not-found",
    "--output=name",
  ]);
  const job = jobFromPattern(await pattern(kubectl, jobNames.restoreDatabase), {
    name,
    command: [jobNames.replaceDatabase, action],
    environment: { ...noSettings, OPERATION: action, ...environment },
    besideDatabase: pod.trim() !== "",
    limitSeconds: lookSeconds,
  });
  try {
    return await kubectl.runJob(job, lookSeconds);
  } finally {
    await kubectl
      .withSignal(new AbortController().signal)
      .call(["delete", "job", name, "--ignore-not-found", "--wait=false"]);
  }
}

/**
 * Replaces the database of a living platform, or undoes that. Each step is noted before it is done, so that the same call goes on where
 * another one was killed. A refusal before anything is claimed leaves the platform as it was.
 * @throws Error with the Job's own sentence, and what is the case now
 */
export async function replaceInPlace(
  kubectl: Kubectl,
  request: InPlaceRequest,
  progress: Progress,
  signal: AbortSignal,
): Promise<InPlaceResult> {
  const held = await begin(kubectl, request);
  const start = Date.now();
  let database: unknown;
  if (held.serving !== true) {
    await progress.step("Stop of application and database", (detail) => hold(kubectl, held, detail));
    database = await progress.step(request.action === "undo" ? "Undo" : "Restore beside", (detail) =>
      work(kubectl, held, detail, signal),
    );
    await progress.step("Start of the database", () => startDatabase(kubectl));
    await progress.step("Application as it was", (detail) => release(kubectl, held, detail));
    await renote(kubectl, { ...held, serving: true });
  } else database = await kubectl.result(`job/${jobOf(held)}`);
  const downSeconds = held.serving === true ? null : Math.round((Date.now() - start) / 1000);
  const verification = await progress.step("Verification", () => verify(kubectl));
  const backup = await progress.step("First full backup", () =>
    kubectl.runCronJob(
      runNames.databaseFull,
      `${runNames.databaseFull}-${Date.now().toString(36)}`,
      limitSeconds,
    ),
  );
  await forgetHeld(kubectl, held);
  return { held, database, downSeconds, verification, backup };
}

/** Goes on with what is held already, or notes what is there. */
async function begin(kubectl: Kubectl, request: InPlaceRequest): Promise<Held> {
  const operation = Date.now().toString(36);
  const held = await readHeld(kubectl);
  if (held === undefined) {
    if ((await readHold(kubectl)) !== undefined)
      throw new Error(
        "models are being restored on this platform, and the worker is held for that: let it come to its end with the same command first",
      );
    if (request.action === "undo") await requireSomethingToUndo(kubectl);
    return noteHeld(kubectl, request, operation);
  }
  if (held.action === request.action && held.wanted === request.wanted) return held;
  if (held.action === "replace" && request.action === "undo" && held.serving !== true)
    return renote(kubectl, { ...held, ...request, operation });
  throw new Error(
    `a restore in place is under way since ${held.startedAt} (${describeRequest(held)}): let it come to its end with the same command, or give it up with --undo`,
  );
}

/** @throws Error before anything is stopped for it */
async function requireSomethingToUndo(kubectl: Kubectl): Promise<void> {
  const state = (await askVolume(kubectl, "state")) as
    { kept?: unknown[]; underWay?: string | null } | undefined;
  if (state?.kept?.length === 0 && state.underWay === null)
    throw new Error(
      "there is nothing to undo: no database is kept on the volume, and no replacement is under way; npm run restore -- database --to TIME goes back by the archive",
    );
}

/** What is asked for, as it stands on the command line. */
export function describeRequest({ action, wanted }: InPlaceRequest): string {
  if (action === "dump") return `--dump ${wanted}`;
  if (action === "undo dump") return `--dump ${wanted} --undo`;
  if (action === "undo") return `--undo${wanted === "" ? "" : ` --generation ${wanted}`}`;
  if (wanted.startsWith("set:")) return `--set ${wanted.slice(4)}`;
  return wanted === "" ? "to the end of the archive" : `--to ${wanted}`;
}

/** Settings of a stack's own recovery, which an operator's command does not follow. */
const noSettings = { RESTORE_SET: "", RESTORE_TO: "", TAKE_OVER: "", PERMIT_INITIALISE: "" };

/** What of a request the command is told. */
export function environmentOf({ action, wanted }: InPlaceRequest): Record<string, string> {
  if (action === "undo") return { ...noSettings, GENERATION: wanted };
  if (wanted.startsWith("set:")) return { ...noSettings, RESTORE_SET: wanted.slice(4) };
  return { ...noSettings, RESTORE_TO: wanted };
}

async function work(
  kubectl: Kubectl,
  held: Held,
  detail: (text: string) => void,
  signal: AbortSignal,
): Promise<unknown> {
  const name = jobOf(held);
  try {
    if (!(await isThere(kubectl, name)))
      await kubectl.call(["create", "--filename=-"], {
        input: JSON.stringify(
          jobFromPattern(await pattern(kubectl, jobNames.restoreDatabase), {
            name,
            command: [jobNames.replaceDatabase, held.action],
            environment: { ...environmentOf(held), OPERATION: held.operation },
            limitSeconds,
          }),
        ),
      });
    return await kubectl.finishJob(name, limitSeconds, detail);
  } catch (error) {
    // Stopped by a person: the Job goes on, and so does the next run.
    signal.throwIfAborted();
    throw error instanceof Error ? await afterFailure(kubectl, held, error, detail) : error;
  }
}

function jobOf({ operation }: Held): string {
  return `${jobNames.replaceDatabase}-${operation}`;
}

/** One that has failed is made anew: what it has done is noted on the volume. */
async function isThere(kubectl: Kubectl, name: string): Promise<boolean> {
  const text = await kubectl.call(["get", "job", name, "--ignore-not-found", "--output=json"]);
  if (text.trim() === "") return false;
  const { status } = JSON.parse(text) as {
    status?: { conditions?: { type: string; status: string }[] };
  };
  const failed = status?.conditions?.some(
    (condition) => condition.type === "Failed" && condition.status === "True",
  );
  if (failed !== true) return true;
  await kubectl.call(["delete", "job", name, "--wait=true"]);
  return false;
}

/** Where nothing was claimed, the platform becomes what it was. */
async function afterFailure(
  kubectl: Kubectl,
  held: Held,
  error: Error,
  detail: (text: string) => void,
): Promise<Error> {
  detail("looking at what is the case now");
  const state = (await askVolume(kubectl, "state")) as { servable?: number | null } | undefined;
  if (typeof state?.servable !== "number")
    return new Error(
      `${error.message}\nThe application stays stopped, and the old database is on the volume: the same command goes on, and "npm run restore -- database --undo" gives it up`,
    );
  detail("starting the database and the application again, as they were");
  let now = `generation ${state.servable} is served again, as it was`;
  try {
    await startDatabase(kubectl);
    await release(kubectl, held, detail);
  } catch (problem) {
    // A damaged one does not come up, and did not before.
    now = `generation ${state.servable} is as it was, and does not come up: ${reasonOf(problem)}`;
  }
  await forgetHeld(kubectl, held);
  return new Error(`${error.message}\nNothing was replaced: ${now}`);
}

/** Proves the running system, as the last step of `up` does. */
export async function verify(kubectl: Kubectl): Promise<unknown> {
  const name = `${jobNames.verify}-${Date.now().toString(36)}`;
  const job = jobFromPattern(await pattern(kubectl, jobNames.verify), {
    name,
    command: [jobNames.verify],
    // What a drill has written need not be in another state of the data.
    environment: { EXPECT_NONCE: "" },
    limitSeconds: lookSeconds,
  });
  return kubectl.runJob(job, lookSeconds);
}

/** @throws Error when the platform has no such Job */
async function pattern(kubectl: Kubectl, job: string): Promise<KubernetesObject> {
  const text = await kubectl.call(["get", "job", job, "--ignore-not-found", "--output=json"]);
  if (text.trim() === "")
    throw new Error(
      `the platform has no Job ${job}: its "up" has not succeeded, or is of an older version; run it first`,
    );
  return JSON.parse(text) as KubernetesObject;
}
