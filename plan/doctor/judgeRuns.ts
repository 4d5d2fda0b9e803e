import type { HeldBy } from "./facts";
import { type Context, type Finding, oneLine, spanText, stackOption } from "./finding";
import { knownMessage } from "./knownMessages";
import { conditionOf, type CronJob, type Job, placeOf, type Pod } from "./kubernetes";
import { jobNames } from "../names";
import { lastDue } from "./lastDue";

/** The controller may be busy, and a run starts within these milliseconds of its time. */
const LATE_MS = 5 * 60_000;

/** CronJobs that are suspended, or have not been started at their time. */
export function judgeCronJobs(cronJobs: readonly CronJob[], context: Context): Finding[] {
  return cronJobs.flatMap(({ metadata, spec, status }): Finding[] => {
    const { name, labels = {}, namespace = context.namespace, creationTimestamp = "" } = metadata;
    // The restore of a dump waits to be started by hand.
    if (labels["recovery.lstm-pfd/role"] === "restore") return [];
    const last = status?.lastScheduleTime;
    const lastText = last === undefined ? "it has never been started" : `it was started last at ${last}`;
    const base = { severity: "at risk" as const, about: [`cronjob/${name}`] };
    if (spec?.suspend === true)
      return [
        {
          ...base,
          what: `CronJob ${name} is suspended`,
          evidence: `spec.suspend is true; ${lastText}`,
          todo: "if nobody needs it to rest, let it run again; then run it once",
          command: `kubectl -n ${namespace} patch cronjob ${name} --type=merge -p '{"spec":{"suspend":false}}'`,
          becauseOf: ["held"],
        },
      ];
    if (!["Etc/UTC", "UTC", undefined].includes(spec?.timeZone) || (status?.active ?? []).length > 0)
      return [];
    const due = lastDue(spec?.schedule ?? "", new Date(context.now.getTime() - LATE_MS));
    const since = Math.max(Date.parse(last ?? "") || 0, Date.parse(creationTimestamp) || 0);
    if (due === undefined || since >= due.getTime()) return [];
    return [
      {
        ...base,
        what: `CronJob ${name} was not started at its time`,
        evidence: `it was due at ${due.toISOString()} (${spec?.schedule ?? ""}); ${lastText}`,
        todo: "the control plane was away, its clock is wrong, or it was suspended then: look at its events, and run it now",
        command: `kubectl -n ${namespace} describe cronjob ${name}`,
        becauseOf: ["held", "quota", "nodes", "api"],
      },
    ];
  });
}

/** Jobs whose last run has failed, with what they said in the end. */
export function judgeJobs(jobs: readonly Job[], pods: readonly Pod[], context: Context): Finding[] {
  const newest = new Map<string, Job>();
  for (const job of jobs) {
    const run = runOf(job);
    const known = newest.get(run);
    if (known === undefined || timeOf(job) > timeOf(known)) newest.set(run, job);
  }
  const cronJobRuns = new Set(jobs.filter(isOfCronJob).map(runOf));
  return [...newest].flatMap(([run, { metadata, status }]): Finding[] => {
    const failed = conditionOf(status?.conditions, "Failed");
    if (failed?.status !== "True") return [];
    const { name, namespace = context.namespace } = metadata;
    const sentence = sentenceOf(name, pods);
    const found = knownMessage(sentence ?? "");
    const when = failed.lastTransitionTime;
    const ago = when === undefined ? "" : `, ${spanText(context.now.getTime() - Date.parse(when))} ago`;
    return [
      {
        severity: isAwaited(run, cronJobRuns) ? "at risk" : "look",
        what: `the last run of ${run} failed${ago}${found === undefined ? "" : `: ${found.message.means}`}`,
        evidence: oneLine(
          sentence ?? `${failed.reason ?? "Failed"}: ${failed.message ?? "it left no message"}`,
          600,
        ),
        todo:
          found?.message.todo ??
          (sentence === undefined
            ? "its log says why"
            : "the sentence above ends with what to do; then run it again"),
        command: found?.message.command?.(context) ?? `kubectl -n ${namespace} logs job/${name} --tail=50`,
        about: [`failed/${run}`],
        becauseOf: [
          `job/${name}`,
          "held",
          ...(found?.message.becauseOf ?? []),
          ...(run.startsWith("verify") ? ["model", "component/dashboard"] : []),
        ],
      },
    ];
  });
}

/** What makes Jobs of one kind: their CronJob, or what they are called without what is new in each. */
function runOf({ metadata: { name, ownerReferences = [] } }: Job): string {
  return (
    ownerReferences.find(({ kind }) => kind === "CronJob")?.name ??
    name.replace(/-(?:\d{6,}|by-hand-.*)$/, "")
  );
}

function isOfCronJob({ metadata: { ownerReferences = [] } }: Job): boolean {
  return ownerReferences.some(({ kind }) => kind === "CronJob");
}

/** Whether the backups or an `up` depend on it; others are of a command that somebody has run, and has seen fail. */
function isAwaited(run: string, cronJobRuns: ReadonlySet<string>): boolean {
  const { restoreDatabase, restoreModels, restoreSecrets, verify, awaitCredentials, firstBackup } = jobNames;
  return (
    cronJobRuns.has(run) ||
    [restoreDatabase, restoreModels, restoreSecrets, verify, firstBackup].some((name) => name === run) ||
    run.startsWith(awaitCredentials)
  );
}

function timeOf({ metadata, status }: Job): number {
  return Date.parse(status?.startTime ?? metadata.creationTimestamp ?? "") || 0;
}

/** The one sentence with which the command of a Job has ended: that of its newest pod. */
function sentenceOf(job: string, pods: readonly Pod[]): string | undefined {
  return pods
    .filter(({ metadata }) => metadata.labels?.["job-name"] === job)
    .sort((a, b) => (a.metadata.creationTimestamp ?? "").localeCompare(b.metadata.creationTimestamp ?? ""))
    .flatMap(({ status }) => [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])])
    .flatMap(({ state }) => (state?.terminated?.exitCode === 0 ? [] : (state?.terminated?.message ?? [])))
    .at(-1)
    ?.trim();
}

/** What holds the application for a restore in place that has not come to its end. */
export function judgeHeld(held: readonly HeldBy[], context: Context): Finding[] {
  return held.map(({ name, text }): Finding => {
    const { action = "", wanted = "", startedAt, snapshot } = parsed(text);
    const ofModels = name.includes("models");
    const dump = action.includes("dump");
    const words = ofModels
      ? `models${action === "undo" ? " --undo" : snapshot === undefined || snapshot === "" ? "" : ` --snapshot ${snapshot}`}`
      : [
          "database",
          dump && wanted !== "" ? `--dump ${wanted}` : "",
          action.includes("undo")
            ? "--undo"
            : !dump && wanted !== ""
              ? wanted.startsWith("set:")
                ? `--set ${wanted.slice(4)}`
                : `--to ${wanted}`
              : "",
        ]
          .filter(Boolean)
          .join(" ");
    return {
      severity: "down",
      what: ofModels
        ? "the worker is held: a restore of the models is under way, or was left half-way"
        : "the application is held: a restore of the database in place is under way, or was left half-way",
      evidence: oneLine(
        `ConfigMap ${placeOf({ name, namespace: context.namespace })}: ${action || "unknown"} ${wanted || snapshot || ""}${startedAt === undefined ? "" : `, since ${startedAt}`}`,
      ),
      todo: "if nobody is at it, run the same command again: it goes on; with --undo it gives up, or takes it back",
      command: `npm run restore --${stackOption(context)} ${words}`,
      about: ["held", `held/${ofModels ? "models" : "database"}`],
    };
  });
}

interface Parsed {
  action?: string;
  wanted?: string;
  snapshot?: string;
  startedAt?: string;
}

function parsed(text: string): Parsed {
  try {
    return JSON.parse(text) as Parsed;
  } catch {
    return {};
  }
}
