import { formatDuration } from "../../lib/format";
import { runNames } from "../names";
import type { DumpsFacts, Read } from "./facts";
import type { Finding, Severity } from "./findings";
import type { Objectives } from "./objectives";
import { ageSeconds, someNames } from "./words";

const backupRemedy = `look at the CronJob ${runNames.dump} and at the log of its last Job, then take one by "npm run backup -- dump"`;

/**
 * What the portable dumps say. They are a second net: as long as the archive holds, their lack is a warning and no more.
 * @param now the store's clock; undefined where it is not known
 */
export function judgeDumps(
  dumps: Read<DumpsFacts>,
  { maxAgeSeconds: { dump: limit } }: Pick<Objectives, "maxAgeSeconds">,
  now: Date | undefined,
): Finding[] {
  if (dumps.state === "not asked") return [];
  if (dumps.state === "unknown")
    return [finding("unknown", `which dumps there are cannot be told: ${dumps.why}`, dumps.remedy)];
  const { newest, notCounting, ofFuture, count, gaveUp } = dumps.value;
  const found = notCounting.map(({ name, why }) =>
    finding("warning", `dump ${name} does not count: ${why}`, backupRemedy),
  );
  if (ofFuture.length > 0)
    found.push(
      finding(
        "warning",
        `dumps have names from the future, and do not count: ${someNames(ofFuture)}`,
        "find out whose clock was wrong; they stay until somebody removes them",
      ),
    );
  if (newest === undefined)
    return [
      ...found,
      finding(
        "warning",
        count === 0
          ? "no portable dump was ever taken"
          : `${gaveUp ? "none of the newest" : `none of the ${count}`} portable dumps counts`,
        backupRemedy,
      ),
    ];
  if (now === undefined) return found;
  const age = ageSeconds(newest.takenAt, now);
  if (age <= limit) return found;
  return [
    ...found,
    finding(
      "warning",
      `the newest portable dump, ${newest.name}, is ${formatDuration(age)} old, and ${formatDuration(limit)} are allowed`,
      backupRemedy,
    ),
  ];
}

function finding(severity: Exclude<Severity, "safe">, what: string, remedy: string): Finding {
  return { severity, subject: "database", what, remedy };
}
