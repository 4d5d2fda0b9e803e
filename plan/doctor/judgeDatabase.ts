import type { DatabaseAnswer, VolumeUse } from "./facts";
import { type Context, type Finding, oneLine, spanText } from "./finding";

const MIB = 1024 ** 2;
/** More segments wait where archiving has fallen behind, or stands. */
const WAITING = 16;
/** Silent for so long, with segments waiting, it stands. */
const SILENT_MS = 5 * 60_000;

/** What is wrong with archiving. @param volume of the database; undefined where it is not known */
export function judgeDatabase(
  { inRecovery, waiting, walBytes, failed, lastArchived, lastFailed, lastFailedWal, now }: DatabaseAnswer,
  volume: VolumeUse | undefined,
  context: Context,
): Finding[] {
  if (inRecovery)
    return [
      {
        severity: "down",
        what: "the database is in recovery: it takes no writes",
        evidence: "pg_is_in_recovery() is true",
        todo: "it replays its log: wait, and look at the server's lines",
        command: `kubectl -n ${context.namespace} logs lstm-pfd-postgresql-0 -c postgresql --tail=20`,
        about: ["database/recovery"],
      },
    ];
  const failing = (time(lastFailed) ?? -1) > (time(lastArchived) ?? -1);
  const silent = (time(now) ?? 0) - (time(lastArchived) ?? 0) > SILENT_MS;
  const archiver: Finding[] =
    failing || (waiting >= WAITING && silent)
      ? [
          {
            severity: "at risk",
            what: failing
              ? "archiving fails: what is written now is in no backup"
              : "archiving stands: what is written now is in no backup",
            evidence: oneLine(
              `${waiting} segments wait; archived last ${lastArchived ?? "never"}${failing ? `, failed last ${lastFailed ?? ""} with ${lastFailedWal ?? "unknown"}, ${failed} times` : ""}`,
            ),
            todo: "the server's lines say why (object store, keys, clock, another site); PostgreSQL keeps the segments, and the volume fills",
            command: `kubectl -n ${context.namespace} logs lstm-pfd-postgresql-0 -c postgresql --tail=50`,
            about: ["archiver"],
            becauseOf: ["keys/writer", "store", "dns/store", "clock", "fence", "volume/database"],
          },
        ]
      : waiting >= WAITING
        ? [
            {
              severity: "look",
              what: "archiving has fallen behind",
              evidence: `${waiting} segments wait; archived last ${lastArchived ?? "never"}, ${spanText((time(now) ?? 0) - (time(lastArchived) ?? 0))} ago`,
              todo: "more is written than the way to the object store takes: wait, and look again",
              about: ["archiver"],
              becauseOf: ["store"],
            },
          ]
        : [];
  const capacity = volume?.capacityBytes ?? 0;
  const filling: Finding[] =
    capacity > 0 && walBytes / capacity > 0.25 && waiting >= WAITING
      ? [
          {
            severity: "at risk",
            what: "pg_wal fills the volume of the database: when it is full, the server stops",
            evidence: `pg_wal holds ${Math.round(walBytes / MIB)} MiB, ${Math.round((walBytes / capacity) * 100)} % of the volume`,
            todo: "mend archiving first, which empties it; never remove files of pg_wal by hand. Raise databaseSizeGi to win time",
            about: ["pg_wal"],
            becauseOf: ["archiver"],
          },
        ]
      : [];
  return [...archiver, ...filling];
}

/** Lines of the server by which it says that it holds back what it would archive. */
const fenced = /pgbackrest-push: nothing is archived: (.*)/;

/** Whether another site has taken over, by the last lines of the server. @param text of its container */
export function judgeFence(text: string, context: Context): Finding[] {
  const lines = text.split("\n").filter((line) => fenced.test(line));
  const last = lines.at(-1);
  const why = fenced.exec(last ?? "")?.[1] ?? "";
  if (last === undefined || !/^(?:held|superseded|withdrawn)/.test(why)) return [];
  return [
    {
      severity: "down",
      what: "another site has taken this database over: it archives nothing any more",
      evidence: oneLine(last),
      todo: "the other site is the one that counts: lead clients there; keep this volume until nothing on it is missed",
      command: `kubectl -n ${context.namespace} logs lstm-pfd-postgresql-0 -c watch-lineage --tail=5`,
      about: ["fence"],
    },
  ];
}

function time(text: string | null): number | undefined {
  const at = Date.parse(text ?? "");
  return Number.isNaN(at) ? undefined : at;
}
