import type { SavedSecret } from "../plan/savedSecrets";
import type { ArchiverFacts, CronJobFacts, PlatformFacts, Read } from "../plan/status/facts";

/** As much of a list of CronJobs as is looked at. */
interface CronJobList {
  items: {
    metadata: { name: string };
    spec?: { suspend?: boolean };
    status?: { lastSuccessfulTime?: string };
  }[];
}

/** As much of a list of Jobs as is looked at. */
interface JobList {
  items: {
    metadata: {
      name: string;
      creationTimestamp?: string;
      ownerReferences?: { kind: string; name: string }[];
    };
    status?: { conditions?: { type: string; status: string; lastTransitionTime?: string }[] };
  }[];
}

/** CronJobs of a namespace. @param list answer of `kubectl get cronjobs --output=json` */
export function cronJobsIn(list: string): CronJobFacts[] {
  return (JSON.parse(list) as CronJobList).items.map(({ metadata, spec, status }) => ({
    name: metadata.name,
    suspended: spec?.suspend === true,
    ...(status?.lastSuccessfulTime === undefined ? {} : { lastSuccess: status.lastSuccessfulTime }),
  }));
}

type Failed = Extract<PlatformFacts["failedJobs"], { state: "read" }>["value"];

/** CronJobs whose newest Job has failed. @param list answer of `kubectl get jobs --output=json` */
export function failedIn(list: string): Failed {
  const newest = new Map<string, JobList["items"][number]>();
  for (const job of (JSON.parse(list) as JobList).items) {
    const owner = job.metadata.ownerReferences?.find(({ kind }) => kind === "CronJob")?.name;
    if (owner === undefined) continue;
    const known = newest.get(owner)?.metadata.creationTimestamp ?? "";
    if ((job.metadata.creationTimestamp ?? "") >= known) newest.set(owner, job);
  }
  return [...newest].flatMap(([cronJob, { metadata, status }]) => {
    const failed = status?.conditions?.find(({ type, ...is }) => type === "Failed" && is.status === "True");
    return failed === undefined
      ? []
      : [{ cronJob, job: metadata.name, at: failed.lastTransitionTime ?? "at a time that is not told" }];
  });
}

/** Asks PostgreSQL for its archiver, as one line of JSON. */
export const archiverStatement = `select json_build_object('archivedCount', archived_count, 'failedCount', failed_count,
  'lastArchivedAt', to_char(last_archived_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
  'lastFailedAt', to_char(last_failed_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
  'lastFailedSegment', last_failed_wal) from pg_stat_archiver;`;

/**
 * What PostgreSQL has answered to {@link archiverStatement}.
 * @throws Error when that is something else
 */
export function archiverIn(line: string): ArchiverFacts {
  const told = JSON.parse(line) as Record<string, unknown>;
  const text = (name: string): string | undefined =>
    typeof told[name] === "string" ? told[name] : undefined;
  const { archivedCount, failedCount } = told;
  if (typeof archivedCount !== "number" || typeof failedCount !== "number")
    throw new Error("PostgreSQL has not told how many segments it has archived");
  const times = {
    lastArchivedAt: text("lastArchivedAt"),
    lastFailedAt: text("lastFailedAt"),
    lastFailedSegment: text("lastFailedSegment"),
  };
  return {
    archivedCount,
    failedCount,
    ...(Object.fromEntries(Object.entries(times).filter(([, value]) => value !== undefined)) as Partial<
      typeof times
    > as object),
  };
}

/** Uid of a namespace. @param object answer of `kubectl get namespace --output=json` @throws Error when it has none */
export function uidIn(object: string): string {
  const { metadata } = JSON.parse(object) as { metadata?: { uid?: string } };
  if (metadata?.uid === undefined) throw new Error("the namespace has no uid");
  return metadata.uid;
}

/** Certificates and accounts of a cluster that a kit does not hold as they are. @param kept undefined where the kit is not known */
export function notKept(
  found: readonly SavedSecret[],
  kept: readonly SavedSecret[] | undefined,
): Read<string[]> {
  if (kept === undefined) return { state: "not asked", why: "the recovery kit is not known" };
  const same = (one: SavedSecret): boolean =>
    kept.some(
      (other) =>
        other.name === one.name &&
        other.namespace === one.namespace &&
        Object.entries(one.data).every(([key, value]) => other.data[key] === value),
    );
  return {
    state: "read",
    value: found.filter((each) => !same(each)).map(({ namespace, name }) => `${namespace}/${name}`),
  };
}
