import { setTimeout as sleep } from "node:timers/promises";
import { writeWhole } from "../../lib/writeWhole";
import { type StatusReport, statusReport } from "../../plan/status/report";
import { reportText } from "../../plan/status/reportText";
import { type Options, UsageError } from "../commandLine";
import { asJson } from "../evidence";
import { statusFacts } from "../statusFacts";
import { statusHtml } from "../statusHtml";

/**
 * Says whether the backups would bring everything back now: from the bucket and the kit, so that it works when the cluster is gone, and from
 * the living platform where this machine has one. Its exit code is the verdict.
 * @throws UsageError; ConfigError
 */
export async function run(options: Options, signal: AbortSignal): Promise<void> {
  const seconds = options.watch === undefined ? undefined : secondsOf(options.watch);
  for (;;) {
    const { facts, objectives } = await statusFacts(options, signal);
    const report = statusReport(facts, objectives);
    process.exitCode = report.exitCode;
    if (options.html !== undefined) await writeWhole(options.html, statusHtml(report, objectives));
    process.stdout.write(
      options.json
        ? jsonOf(report, seconds !== undefined)
        : screenOf(reportText(report, objectives), seconds),
    );
    if (seconds === undefined) return;
    try {
      await sleep(seconds * 1000, undefined, { signal });
    } catch {
      return;
    }
  }
}

/** One report in each line where there are many. */
function jsonOf(report: StatusReport, isOneOfMany: boolean): string {
  return isOneOfMany ? `${JSON.stringify(report)}\n` : asJson(report);
}

/** On a terminal each report takes the place of the one before. */
function screenOf(text: string, seconds: number | undefined): string {
  if (seconds === undefined) return text;
  return process.stdout.isTTY ? `\u001b[2J\u001b[H${text}` : `${text}\n`;
}

function secondsOf(text: string): number {
  const seconds = Number(text);
  if (!/^\d+$/.test(text) || seconds < 1 || seconds > 86_400)
    throw new UsageError(`--watch ${text}: must be a whole number of seconds from 1 to 86400`);
  return seconds;
}
