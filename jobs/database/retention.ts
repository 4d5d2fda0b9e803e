import { readFileSync } from "node:fs";
import { Failure } from "../../lib/failure";

/**
 * Days of recovery to any second, from pgBackRest's configuration: the one place that says it.
 * @throws Failure when it is not given in days
 */
export function retentionDays(configuration: string, file: string): number {
  const option = (name: string): string | undefined =>
    new RegExp(`^${name}=(.*)$`, "m").exec(configuration)?.[1]?.trim();
  const days = Number(option("repo1-retention-full"));
  if (option("repo1-retention-full-type") !== "time" || !Number.isInteger(days) || days < 1)
    throw new Failure(
      `${file} does not give the retention in days`,
      "set repo1-retention-full-type=time and repo1-retention-full to a number of days",
    );
  return days;
}

/** The same, of a file. */
export function readRetentionDays(file: string): number {
  return retentionDays(readFileSync(file, "utf8"), file);
}
