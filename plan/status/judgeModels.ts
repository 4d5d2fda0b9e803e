import { formatDuration } from "../../lib/format";
import { runNames } from "../names";
import type { ModelsFacts, Read } from "./facts";
import type { Finding, Severity } from "./findings";
import type { Objectives } from "./objectives";
import { ageSeconds, someNames } from "./words";

const backupRemedy = `look at the CronJob ${runNames.models} and at the log of its last Job, then take one by "npm run backup -- models"`;

/** What the snapshots of the models say. @param now the store's clock; undefined where it is not known */
export function judgeModels(
  models: Read<ModelsFacts>,
  { maxAgeSeconds: { models: limit } }: Pick<Objectives, "maxAgeSeconds">,
  now: Date | undefined,
): Finding[] {
  if (models.state === "not asked") return [];
  if (models.state === "unknown")
    return [
      finding(
        "unknown",
        `which snapshots of the models there are cannot be told: ${models.why}`,
        models.remedy,
      ),
    ];
  const { newest, missing, unconfirmed, ofFuture, count, gaveUp } = models.value;
  const found: Finding[] = [];
  if (missing.length > 0)
    found.push(
      finding(
        "not safe",
        `the newest snapshot of the models is damaged: ${someNames(missing)}`,
        'bring back the former version (the bucket keeps versions), or take another snapshot: "npm run backup -- models"',
      ),
    );
  const [waiting] = [...unconfirmed].reverse();
  if (waiting !== undefined)
    found.push(
      finding(
        "warning",
        `snapshot ${waiting} is suspiciously small, and does not count until somebody says so`,
        `if that is right, "npm run backup -- models --confirm ${waiting}"; if not, bring the lost checkpoints back by "npm run restore -- models"`,
      ),
    );
  if (ofFuture.length > 0)
    found.push(
      finding(
        "warning",
        `snapshots have names from the future, and do not count: ${someNames(ofFuture)}`,
        "find out whose clock was wrong; they stay until somebody removes them",
      ),
    );
  if (newest === undefined)
    return [
      ...found,
      finding(
        "not safe",
        count === 0
          ? "no snapshot of the models was ever taken"
          : `${gaveUp ? "none of the newest" : `none of the ${count}`} snapshots of the models was committed`,
        backupRemedy,
      ),
    ];
  if (now === undefined) return found;
  const age = ageSeconds(newest.takenAt, now);
  if (age <= limit) return found;
  return [
    ...found,
    finding(
      age > 2 * limit ? "not safe" : "warning",
      `the newest snapshot of the models, ${newest.name}, is ${formatDuration(age)} old, and ${formatDuration(limit)} are allowed`,
      backupRemedy,
    ),
  ];
}

function finding(severity: Exclude<Severity, "safe">, what: string, remedy: string): Finding {
  return { severity, subject: "models", what, remedy };
}
