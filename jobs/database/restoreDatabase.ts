import { Failure } from "../../lib/failure";
import { formatBytes, secondsSince } from "../../lib/format";
import type { BaseBackup } from "./stanzaInfo";
import { fetchBaseBackup } from "./fetchBaseBackup";
import { prepareBeside, prepareIncoming } from "./incomingDirectory";
import type { Inspection } from "./inspection";
import { writeJson } from "./jsonFile";
import { repositoryPrefix } from "./repositoryKeys";
import type { PassedOver } from "./damagedBase";
import { putIntoPlace } from "./putIntoPlace";
import { recoverDatabase, type Recovery } from "./recoverDatabase";
import { isOldOnPurpose, type RestorePlan } from "./restorePlan";
import { describeGivenUp, type GivenUp } from "./acceptedLoss";
import { type AgeProblem, ageProblem, type DataAge, describeAge } from "./dataAge";
import { type ProvenArchive, provenArchive } from "./provenArchive";
import { requireRoom } from "./volumeSpace";
import { parseSegment } from "./walPosition";

/** What a restore did. */
export interface RestoreReport extends Recovery, Inspection {
  action: "restored";
  /** What asked for it, of a restore in place. */
  operation?: string;
  label: string;
  /** Newer base backups that could not be fetched; absent where the newest one was taken. */
  passedOver?: readonly PassedOver[];
  type: BaseBackup["type"];
  baseStoppedAt: string;
  databaseBytes: number;
  repositoryBytes: number;
  downloadSeconds: number;
  /** From the first look at the archive to the end of the replay, of the inspection, and of the promotion where there is one. */
  totalSeconds: number;
  /** What an operator gave up because the archive has a hole; absent when all of it was replayed. */
  givenUp?: GivenUp;
  /** When the newest segment was archived, by the store's clock, and how long ago that was when the restore began. */
  newestSegmentAt?: string;
  dataAgeSeconds?: number;
}

/**
 * Restores a base backup beside the data directory, replays everything that is archived, looks at the result, promotes it,
 * and puts it into place as the last step. Whatever stops it before that leaves no data directory, and beside it what the next
 * run can go on with.
 */
export async function restoreDatabase(
  plan: RestorePlan,
  log: (line: string) => void,
): Promise<RestoreReport> {
  const { volume, base, storage } = plan;
  const { backup } = base;
  const begunAt = Date.now();
  // Before anything is fetched.
  const proven = await provenArchive(plan);
  log(
    proven.givenUp === undefined
      ? `archive is whole from ${backup.walStart} to ${proven.last}`
      : describeGivenUp(proven.givenUp),
  );
  const age = ageOf(plan, proven);
  if (age !== undefined) {
    log(describeAge(age));
    if (!isOldOnPurpose(plan)) refuse(ageProblem(age, plan));
  }
  await requireRoom(volume, {
    databaseBytes: backup.databaseBytes,
    segments: segmentsToReplay(backup.walStart, proven.last),
    rebuilds: plan.differences.length > 0,
  });
  const start = Date.now();
  log(
    `restoring base backup ${backup.label} of generation ${base.generation}, ${backup.stoppedAt.toISOString()}: ${formatBytes(backup.repositoryBytes)} to fetch, ${formatBytes(backup.databaseBytes)} on disk`,
  );
  const begin =
    plan.former === undefined ? prepareIncoming(volume) : await prepareBeside(volume, backup.startedAt, log);
  if (begin === "with what is there")
    log("what is there already is compared by checksum, and only the rest is fetched");
  await fetchBaseBackup(plan, begin, log);
  const downloadSeconds = secondsSince(start);
  log(`base backup is in place after ${downloadSeconds} s`);
  const { givenUp, ...recovery } = await recoverDatabase(plan, log);
  const report: RestoreReport = {
    action: "restored",
    ...(plan.operation === undefined ? {} : { operation: plan.operation }),
    label: backup.label,
    // Near the front: a termination message is cut at its end.
    ...(plan.passedOver === undefined || plan.passedOver.length === 0 ? {} : { passedOver: plan.passedOver }),
    type: backup.type,
    baseStoppedAt: backup.stoppedAt.toISOString(),
    databaseBytes: backup.databaseBytes,
    repositoryBytes: backup.repositoryBytes,
    downloadSeconds,
    totalSeconds: secondsSince(begunAt),
    ...(givenUp === undefined ? {} : { givenUp }),
    ...(age === undefined
      ? {}
      : { newestSegmentAt: age.archivedAt.toISOString(), dataAgeSeconds: age.ageSeconds }),
    ...recovery,
  };
  await writeJson(volume.recoveryReport, report);
  if (plan.succession !== undefined) {
    await putIntoPlace(volume, plan.former);
    await plan.succession.serve();
    log(
      `in place: ${volume.pgdata} (repository ${storage.describe(repositoryPrefix(plan.succession.number))})`,
    );
  }
  return report;
}

/** Undefined where the store does not say. */
function ageOf({ storage }: RestorePlan, { last, lastArchivedAt }: ProvenArchive): DataAge | undefined {
  const now = storage.storeTime;
  if (lastArchivedAt === undefined || now === undefined) return undefined;
  const ageSeconds = Math.max(0, Math.round((now.getTime() - lastArchivedAt.getTime()) / 1000));
  return { segment: last, archivedAt: lastArchivedAt, ageSeconds };
}

function refuse(problem: AgeProblem): void {
  if (problem !== undefined) throw new Failure(problem.reason, problem.remedy);
}

/** How many segments are replayed, from one to another. */
export function segmentsToReplay(first: string, last: string): number {
  return (parseSegment(last)?.number ?? 0) - (parseSegment(first)?.number ?? 0) + 1;
}
