import { formatBytes, formatDuration } from "../../lib/format";
import type { BackupClassName } from "../backupClasses";
import type {
  BaseFacts,
  DumpsFacts,
  KitFacts,
  LineageFacts,
  ModelsFacts,
  PlatformFacts,
  Read,
  SpanFacts,
  StatusFacts,
} from "./facts";
import { valueOf } from "./facts";
import { type Finding, type Severity, type Subject, worstOf } from "./findings";
import { ownSite } from "./judge";
import { ownershipOf } from "./judgeLineage";
import { nextRuns, type Objectives } from "./objectives";
import { agoText, ageSeconds, dueText, someNames, timeText } from "./words";

/** What is told of one class of backup, or of what all of them stand on. */
export interface Section {
  title: string;
  /** Absent where nobody was asked: then it counts neither way. */
  state?: Severity;
  /** What a row is about, and what is told. */
  rows: [string, string][];
}

const DAY_MS = 86_400_000;

/** What is told of each class, whatever came out. */
export function sectionsOf(
  facts: StatusFacts,
  objectives: Objectives,
  findings: readonly Finding[],
): Section[] {
  const { kit, bucket, platform, proofs } = facts;
  const now = valueOf(bucket.now);
  const { lineage, bases, archive, window, models, dumps } = bucket;
  const state = (asked: readonly Read<unknown>[], ...subjects: Subject[]): Severity => {
    const found = worstOf(findings.filter(({ subject }) => subjects.includes(subject)));
    const isKnown = asked.every((each) => each.state === "read");
    return isKnown || found === "not safe" ? found : "unknown";
  };
  const next = (name: BackupClassName): [string, string] => ["next", nextText(objectives, name, now)];
  return [
    {
      title: "database, continuous (wal/)",
      state: state([lineage, bases, archive, window], "store", "lineage", "wal"),
      rows: [["head", headText(lineage, facts)], ...walRows(facts, objectives, now), next("wal")],
    },
    {
      title: "models (models/)",
      state: state([models], "store", "models"),
      rows: [...modelRows(models, objectives, now), next("models")],
    },
    {
      title: "database, portable (db/)",
      state: state([dumps], "store", "database"),
      rows: [...dumpRows(dumps, objectives, now), next("database")],
    },
    { title: "recovery kit (config/)", state: state([kit], "config"), rows: kitRows(kit, objectives, now) },
    {
      title: "living platform",
      ...(platform.state === "not asked" ? {} : { state: state([], "platform") }),
      rows: platformRows(platform),
    },
    {
      title: "proofs",
      rows: [
        ["rehearsal", proofText(proofs.rehearsal)],
        ["drill", proofText(proofs.drill)],
      ],
    },
  ];
}

/** What was read, or in a word why not: the findings say more. */
function told<T>(asked: Read<T>, tell: (value: T) => string): string {
  switch (asked.state) {
    case "read":
      return tell(asked.value);
    case "unknown":
      return "unknown: see above";
    case "not asked":
      return `not asked: ${asked.why}`;
  }
}

/** What nobody has proven is not known, whoever was asked. */
function proofText(proof: Read<Date>): string {
  return proof.state === "read" ? timeText(proof.value) : `unknown: ${proof.why}`;
}

function headText(lineage: Read<LineageFacts>, facts: StatusFacts): string {
  return told(lineage, ({ head, generations, collected }) => {
    if (head === undefined) return "none";
    const whose = {
      own: "this site",
      another: "ANOTHER SITE",
      unknown: "whether it is this site is not known",
    }[ownershipOf(head.site, ownSite(facts))];
    const others = `${generations} in all${collected === 0 ? "" : `, ${collected} removed`}`;
    return `generation ${head.generation} of ${head.site.name}, since ${head.openedAt.slice(0, 19).replace("T", " ")}Z: ${whose} (${others})`;
  });
}

function walRows({ bucket }: StatusFacts, objectives: Objectives, now: Date | undefined): [string, string][] {
  const { lineage, bases, archive, window } = bucket;
  if (lineage.state !== "read" || lineage.value.head === undefined) return [];
  const { maxAgeSeconds, rpoSeconds, retentionDays } = objectives;
  return [
    [
      "newest",
      told(bases, ({ newest, newestFull }) => {
        if (newest === undefined) return "none";
        const full =
          newestFull === undefined || newestFull.label === newest.label
            ? ""
            : `; full: ${newestFull.label}, ${baseAge(newestFull, now)} (at most ${formatDuration(maxAgeSeconds.full)})`;
        return `${newest.type} ${newest.label}, ${baseAge(newest, now)} (at most ${formatDuration(maxAgeSeconds.base)})${full}`;
      }),
    ],
    ["window", told(window, ({ spans }) => spansText(spans, valueOf(bases)?.notRead ?? 0))],
    [
      "loss now",
      told(archive, ({ newest }) =>
        newest === undefined
          ? "everything: nothing is archived"
          : `${now === undefined ? "unknown, no clock" : formatDuration(ageSeconds(newest.archivedAt, now))}: segment ${newest.segment}, ${timeText(newest.archivedAt)} (objective ${rpoSeconds} s)`,
      ),
    ],
    [
      "kept",
      told(bases, ({ count, notRead, expiry }) => {
        const unread = notRead === 0 ? "" : ` (${notRead} older ones not read)`;
        const goes =
          expiry.removes === 0
            ? `nothing goes: ${expiry.why}`
            : `the next expiry removes ${expiry.removes}, older than ${expiry.base ?? ""}`;
        return `${count} base backups${unread}, ${retentionDays.wal} d to any second; ${goes}`;
      }),
    ],
    [
      "size",
      `${told(bases, ({ newest, oldestRead }) => (newest === undefined ? "none" : baseSize(newest, oldestRead)))}; ${told(archive, ({ segments, bytes, oldestAt, newest, foldersNotListed }) => `WAL ${formatBytes(bytes)} in ${segments} segments${perDay(bytes, oldestAt, newest?.archivedAt)}${foldersNotListed === 0 ? "" : `, without ${foldersNotListed} folders from before the window`}`)}`,
    ],
  ];
}

function baseAge({ stoppedAt }: BaseFacts, now: Date | undefined): string {
  return now === undefined ? timeText(stoppedAt) : agoText(stoppedAt, now);
}

function baseSize(newest: BaseFacts, oldest: BaseFacts | undefined): string {
  const days = oldest === undefined ? 0 : (newest.stoppedAt.getTime() - oldest.stoppedAt.getTime()) / DAY_MS;
  const growth =
    oldest === undefined || days < 1
      ? ""
      : `, ${signed((newest.databaseBytes - oldest.databaseBytes) / days)} a day`;
  return `database ${formatBytes(newest.databaseBytes)}${growth}, its backup ${formatBytes(newest.repositoryBytes)}`;
}

function perDay(bytes: number, from: Date | undefined, to: Date | undefined): string {
  const days = from === undefined || to === undefined ? 0 : (to.getTime() - from.getTime()) / DAY_MS;
  return days < 1 ? "" : `, ${formatBytes(Math.round(bytes / days))} a day`;
}

function signed(bytes: number): string {
  return `${bytes < 0 ? "-" : "+"}${formatBytes(Math.round(Math.abs(bytes)))}`;
}

/** So many stretches are told, the newest ones. */
const STRETCHES = 3;

function spansText(spans: readonly SpanFacts[], notRead: number): string {
  if (spans.length === 0) return "nothing";
  const shown = spans.slice(-STRETCHES).map(({ from, to }) => `${timeText(from)} to ${timeText(to)}`);
  const more = spans.length - shown.length;
  return `${more > 0 ? `${more} older stretches; ` : ""}${shown.join(", then ")}; by the listing${notRead === 0 ? "" : ", older base backups not read"}`;
}

function modelRows(
  models: Read<ModelsFacts>,
  { maxAgeSeconds, retentionDays }: Objectives,
  now: Date | undefined,
): [string, string][] {
  if (models.state !== "read") return [["newest", told(models, () => "")]];
  return [
    ["newest", told(models, ({ newest }) => namedText(newest, maxAgeSeconds.models, now))],
    [
      "loss now",
      told(models, ({ newest }) =>
        newest === undefined
          ? "everything"
          : `checkpoints that changed since${now === undefined ? "" : `, ${formatDuration(ageSeconds(newest.takenAt, now))} at most`}`,
      ),
    ],
    [
      "kept",
      told(models, ({ count, oldest, unconfirmed, notCommitted }) => {
        const others = [
          ...(unconfirmed.length === 0 ? [] : [`${unconfirmed.length} newer unconfirmed`]),
          ...(notCommitted.length === 0 ? [] : [`newer and not committed: ${someNames(notCommitted)}`]),
        ];
        return [`${count} snapshots`, ...others, goesText(oldest, count, retentionDays.models)].join("; ");
      }),
    ],
    ["size", told(models, ({ newest, before, count }) => sizeText(newest, before, count))],
  ];
}

function dumpRows(
  dumps: Read<DumpsFacts>,
  { maxAgeSeconds, retentionDays }: Objectives,
  now: Date | undefined,
): [string, string][] {
  if (dumps.state !== "read") return [["newest", told(dumps, () => "")]];
  return [
    [
      "newest",
      told(dumps, ({ newest }) => {
        const content = newest === undefined ? "" : `, ${newest.rows} rows in ${newest.tables} tables`;
        return `${namedText(newest, maxAgeSeconds.dump, now)}${content}`;
      }),
    ],
    [
      "kept",
      told(dumps, ({ count, plain, oldest }) =>
        [
          `${count} dumps${plain === 0 ? "" : ` and ${plain} of the old runbook`}`,
          goesText(oldest, count, retentionDays.database),
        ].join("; "),
      ),
    ],
    ["size", told(dumps, ({ newest, before, count }) => sizeText(newest, before, count))],
  ];
}

function namedText(
  newest: { name: string; takenAt: Date } | undefined,
  limit: number,
  now: Date | undefined,
): string {
  if (newest === undefined) return "none";
  const age = now === undefined ? timeText(newest.takenAt) : agoText(newest.takenAt, now);
  return `${newest.name}, ${age} (at most ${formatDuration(limit)})`;
}

/** By the rules of the bucket: which objects are marked as superseded, a reader may not see. */
function goesText(oldest: { name: string; takenAt: Date } | undefined, count: number, days: number): string {
  if (oldest === undefined) return "nothing goes";
  if (count <= 2) return "the newest 2 good ones never go";
  const at = new Date(oldest.takenAt.getTime() + days * DAY_MS);
  return `superseded ones go after ${days} d, the oldest (${oldest.name}) from ${timeText(at).slice(0, 10)} on; the newest 2 good ones never`;
}

function sizeText(
  newest: { sizeBytes: number } | undefined,
  before: { sizeBytes: number } | undefined,
  count: number,
): string {
  if (newest === undefined) return "none";
  const growth =
    before === undefined ? "" : `, ${signed(newest.sizeBytes - before.sizeBytes)} since the one before`;
  return `newest ${formatBytes(newest.sizeBytes)}${growth}; all about ${formatBytes(newest.sizeBytes * count)}, estimated`;
}

function nextText({ runs }: Objectives, name: BackupClassName, now: Date | undefined): string {
  if (now === undefined) return "unknown: no clock";
  const due = [...nextRuns(runs, name, "backup", now), ...nextRuns(runs, name, "expire", now)];
  return `${due.map((run) => `${run.name} ${dueText(run.at, now)}`).join(", ")}, by schedule`;
}

function kitRows(
  kit: Read<KitFacts>,
  { retentionDays }: Objectives,
  now: Date | undefined,
): [string, string][] {
  if (kit.state !== "read") return [["kit", told(kit, () => "")]];
  return [
    [
      "kit",
      told(kit, ({ place, generation, writtenAt }) => {
        const written = new Date(writtenAt);
        const age =
          now === undefined || Number.isNaN(written.getTime()) ? "" : `, written ${agoText(written, now)}`;
        return `number ${generation}${age}, of ${place}`;
      }),
    ],
    ["fits", told(kit, ({ fit, problem }) => problem?.reason ?? fitText(fit))],
    ["kept", `former versions for ${retentionDays.config} d`],
    [
      "ends",
      told(kit, ({ certificates }) =>
        certificates.length === 0
          ? "no certificate in it"
          : [...certificates]
              .sort((one, other) => one.validTo.getTime() - other.validTo.getTime())
              .map(({ name, validTo }) => `${name} ${timeText(validTo).slice(0, 10)}`)
              .join(", "),
      ),
    ],
  ];
}

function fitText(fit: Read<string[]>): string {
  return told(fit, (said) => (said.length === 0 ? "the newest of this vault" : said.join("; ")));
}

function platformRows(platform: Read<PlatformFacts>): [string, string][] {
  if (platform.state !== "read") return [["answer", told(platform, () => "")]];
  const { cronJobs, failedJobs, archiver } = platform.value;
  return [
    [
      "CronJobs",
      told(cronJobs, (all) => {
        const suspended = all.filter((each) => each.suspended).map(({ name }) => name);
        return `${all.length}${suspended.length === 0 ? "" : `; suspended: ${suspended.join(", ")}`}`;
      }),
    ],
    [
      "failed",
      told(failedJobs, (all) =>
        all.length === 0 ? "no last run" : all.map(({ cronJob, at }) => `${cronJob} at ${at}`).join(", "),
      ),
    ],
    [
      "archiver",
      told(
        archiver,
        ({ archivedCount, failedCount, lastArchivedAt, lastFailedAt }) =>
          `${archivedCount} archived, last ${lastArchivedAt ?? "never"}; ${failedCount} failures, last ${lastFailedAt ?? "never"}`,
      ),
    ],
  ];
}
