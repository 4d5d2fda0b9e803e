import { formatDuration } from "../../lib/format";
import { runNames } from "../names";
import type { ArchiveFacts, BaseFacts, BasesFacts, Read, WindowFacts } from "./facts";
import type { Finding, Severity } from "./findings";
import type { Objectives } from "./objectives";
import { ageSeconds, isOfFuture, someNames, timeText } from "./words";

/** How often archive_timeout must have passed in silence before archiving counts as stopped, as a takeover has it. */
const silentTimeouts = 3;

const archiverRemedy =
  'if the site is dead, recover ("npm run up -- --stack NEW --fresh --from-vault ADDRESS"); if it lives, look why archiving fails: the log of the pod lstm-pfd-postgresql-0, the network and the writer\'s key';

const backupRemedy = `look at the CronJobs ${runNames.databaseFull} and ${runNames.databaseIncremental} and at the log of their last Jobs, then take one by "npm run backup -- database"`;

const bringBack =
  'bring back its former version (the bucket keeps versions), or take a full backup at once: "npm run backup -- database"';

/** What the archive of WAL says. @param now the store's clock; undefined where it is not known */
export function judgeArchive(
  archive: Read<ArchiveFacts>,
  { rpoSeconds, archiveTimeoutSeconds }: Pick<Objectives, "rpoSeconds" | "archiveTimeoutSeconds">,
  now: Date | undefined,
): Finding[] {
  if (archive.state === "not asked") return [];
  if (archive.state === "unknown")
    return [finding("unknown", `what is archived cannot be told: ${archive.why}`, archive.remedy)];
  const { newest, deletedTail } = archive.value;
  const deleted = deletedTail.map(({ segment }) => segment);
  const found: Finding[] =
    deleted.length === 0
      ? []
      : [
          finding(
            "not safe",
            `the end of the archive was deleted (${someNames(deleted)}): what was committed then cannot come back`,
            "remove the delete markers of these objects, and find out who has deleted them",
          ),
        ];
  if (newest === undefined)
    return [
      ...found,
      finding("not safe", "the database that serves has never archived a segment", archiverRemedy),
    ];
  if (now === undefined) return found;
  const { segment, archivedAt } = newest;
  if (isOfFuture(archivedAt, now))
    return [
      ...found,
      finding(
        "unknown",
        `the newest segment, ${segment}, was archived in the future (${timeText(archivedAt)}): the store's clock was changed, and how old it is cannot be told`,
        "set the clock of the object store right",
      ),
    ];
  const age = ageSeconds(archivedAt, now);
  if (age <= rpoSeconds) return found;
  const stopped = age > silentTimeouts * archiveTimeoutSeconds;
  const what = `${stopped ? "archiving has stopped" : "archiving lags"}: the newest segment is ${formatDuration(age)} old (${timeText(archivedAt)}), and ${rpoSeconds} s are allowed`;
  return [...found, finding(stopped ? "not safe" : "warning", what, archiverRemedy)];
}

/** What the base backups say. @param now the store's clock; undefined where it is not known */
export function judgeBases(
  bases: Read<BasesFacts>,
  { maxAgeSeconds }: Pick<Objectives, "maxAgeSeconds">,
  now: Date | undefined,
): Finding[] {
  if (bases.state === "not asked") return [];
  if (bases.state === "unknown")
    return [finding("unknown", `which base backups there are cannot be told: ${bases.why}`, bases.remedy)];
  const { newest, newestFull, count, broken, missing } = bases.value;
  const found = broken.map(({ label, why }) =>
    finding("warning", `the record of base backup ${label} cannot be used: ${why}`, bringBack),
  );
  if (missing.length > 0)
    found.push(finding("not safe", `of the repository are missing: ${someNames(missing)}`, bringBack));
  if (newest === undefined)
    return [
      ...found,
      count === 0
        ? finding(
            "not safe",
            "no base backup was ever committed: the archive alone restores nothing",
            backupRemedy,
          )
        : finding(
            "not safe",
            `none of the ${count} base backups leads to the database that serves`,
            backupRemedy,
          ),
    ];
  if (now === undefined) return found;
  return [
    ...found,
    ...ageOf("base backup", newest, maxAgeSeconds.base, now, "not safe"),
    // What stands on an old one comes back too, it only takes longer.
    ...(newestFull === undefined || newestFull.label === newest.label
      ? []
      : ageOf("full backup", newestFull, maxAgeSeconds.full, now, "warning")),
  ];
}

function ageOf(
  what: string,
  { label, stoppedAt, committedAt }: BaseFacts,
  limit: number,
  now: Date,
  worst: "warning" | "not safe",
): Finding[] {
  if (isOfFuture(committedAt, now))
    return [
      finding(
        "unknown",
        `the newest ${what}, ${label}, was committed in the future (${timeText(committedAt)}): how old it is cannot be told`,
        "set the clock of the object store right",
      ),
    ];
  // A bucket that was copied tells the time of the copy.
  const age = ageSeconds(stoppedAt < committedAt ? stoppedAt : committedAt, now);
  if (age <= limit) return [];
  return [
    finding(
      age > 2 * limit ? worst : "warning",
      `the newest ${what}, ${label}, is ${formatDuration(age)} old, and ${formatDuration(limit)} are allowed`,
      backupRemedy,
    ),
  ];
}

/**
 * What the window says, by the listing.
 * @param head generation that serves
 * @param archivedAt when its newest segment was archived
 */
export function judgeWindow(
  window: Read<WindowFacts>,
  head: number | undefined,
  archivedAt: Date | undefined,
): Finding[] {
  if (window.state === "not asked") return [];
  if (window.state === "unknown")
    return [finding("unknown", `what can be gone back to cannot be told: ${window.why}`, window.remedy)];
  const { spans, broken } = window.value;
  const found = broken.map(({ generation, why }) =>
    finding(
      generation === head ? "not safe" : "warning",
      `nothing of generation ${generation} can be gone back to: ${why}`,
      bringBack,
    ),
  );
  for (const [index, span] of spans.entries()) {
    const before = spans[index - 1];
    // Between two generations nobody served.
    if (before === undefined || before.generation !== span.generation || span.from <= before.to) continue;
    found.push(
      finding(
        "warning",
        `no second from ${timeText(before.to)} to ${timeText(span.from)} can be gone back to: the archive has a hole`,
        bringBack,
      ),
    );
  }
  const last = spans.filter(({ generation }) => generation === head).at(-1);
  if (last !== undefined && archivedAt !== undefined && last.to < archivedAt)
    found.push(
      finding(
        "not safe",
        `the archive has a hole: nothing after ${timeText(last.to)} can come back, although it goes on to ${timeText(archivedAt)}`,
        bringBack,
      ),
    );
  return found;
}

function finding(severity: Exclude<Severity, "safe">, what: string, remedy: string): Finding {
  return { severity, subject: "wal", what, remedy };
}
