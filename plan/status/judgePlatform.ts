import type { BackupRun } from "../backupRuns";
import type { ArchiverFacts, CronJobFacts, PlatformFacts, Read } from "./facts";
import type { Finding, Severity } from "./findings";
import { someNames } from "./words";

/**
 * What the living platform says. Where nobody asked it, that says nothing: the bucket tells whether backups are taken.
 * @param runs what must be scheduled there
 */
export function judgePlatform(platform: Read<PlatformFacts>, runs: readonly BackupRun[]): Finding[] {
  if (platform.state === "not asked") return [];
  if (platform.state === "unknown")
    return [finding("unknown", `the platform does not answer: ${platform.why}`, platform.remedy)];
  const { siteId, cronJobs, failedJobs, archiver, certificatesNotInKit } = platform.value;
  return [
    ...notHad("the uid of its namespace", siteId),
    ...notHad("its CronJobs", cronJobs),
    ...notHad("its Jobs", failedJobs),
    ...notHad("its archiver", archiver),
    ...notHad("its certificates", certificatesNotInKit),
    ...(cronJobs.state === "read" ? judgeCronJobs(cronJobs.value, runs) : []),
    ...(failedJobs.state === "read"
      ? failedJobs.value.map(({ cronJob, job, at }) =>
          finding(
            "warning",
            `the last run of ${cronJob} has failed (${job}, ${at})`,
            `look at its log (kubectl logs job/${job}): its last line says what to do`,
          ),
        )
      : []),
    ...(archiver.state === "read" ? judgeArchiver(archiver.value) : []),
    ...(certificatesNotInKit.state === "read" && certificatesNotInKit.value.length > 0
      ? [
          finding(
            "warning",
            `the recovery kit is out of date: it does not hold what is in force of ${someNames(certificatesNotInKit.value)}`,
            'write it anew: "npm run kit"',
          ),
        ]
      : []),
  ];
}

function judgeCronJobs(there: readonly CronJobFacts[], runs: readonly BackupRun[]): Finding[] {
  // A restore waits to be started by hand.
  const scheduled = runs.filter(({ kind }) => kind !== "restore").map(({ name }) => name);
  const suspended = there.filter((each) => each.suspended && scheduled.includes(each.name));
  const missing = scheduled.filter((name) => !there.some((each) => each.name === name));
  return [
    ...(suspended.length === 0
      ? []
      : [
          finding(
            "warning",
            `suspended: CronJob ${someNames(suspended.map(({ name }) => name))}`,
            'if no restore in place is under way, "npm run up" lets them run again, or kubectl patch cronjob NAME --patch \'{"spec":{"suspend":false}}\'',
          ),
        ]),
    ...(missing.length === 0
      ? []
      : [finding("warning", `missing: CronJob ${someNames(missing)}`, '"npm run up" makes them anew')]),
  ];
}

function judgeArchiver({ lastArchivedAt, lastFailedAt, lastFailedSegment }: ArchiverFacts): Finding[] {
  if (lastFailedAt === undefined) return [];
  if (lastArchivedAt !== undefined && Date.parse(lastArchivedAt) >= Date.parse(lastFailedAt)) return [];
  return [
    finding(
      "warning",
      `PostgreSQL could not archive ${lastFailedSegment ?? "a segment"} when it last tried (${lastFailedAt})`,
      "look at the log of the pod lstm-pfd-postgresql-0, which says why",
    ),
  ];
}

function notHad(what: string, asked: Read<unknown>): Finding[] {
  return asked.state === "unknown"
    ? [finding("unknown", `of the platform is not known ${what}: ${asked.why}`, asked.remedy)]
    : [];
}

function finding(severity: Exclude<Severity, "safe">, what: string, remedy: string): Finding {
  return { severity, subject: "platform", what, remedy };
}
