import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { projectRoot, stateDir } from "../../embedded/paths";
import { withLock } from "../../embedded/toolchain/lock";
import { drillHtml } from "../../drill/html";
import { drillPlace } from "../../drill/place";
import { reportJson } from "../../drill/report";
import { runDrill } from "../../drill/runDrill";
import { terminalSummary } from "../../drill/terminalSummary";
import type { Options } from "../commandLine";
import { howToReach } from "../howToReach";
import { ensurePassphrase, prepareEmbeddedEngine } from "../prepare";

/** Recovery within four minutes and a loss within one: what the drill is held to on two cores. */
const objectives = { rtoObjectiveSeconds: 240, rpoObjectiveSeconds: 60 };
const writeSeconds = 75;

/**
 * Loses everything and brings it back, then reports: on the terminal, as JSON and as a page.
 * @throws Error when the drill has not passed
 */
export async function run(options: Options, signal: AbortSignal): Promise<void> {
  const { engine, progress } = await prepareEmbeddedEngine(options, signal);
  const directory = join(stateDir(), "drill-lock");
  await withLock(
    directory,
    progress,
    async () => {
      ensurePassphrase();
      const place = await drillPlace();
      const { keep } = options;
      const report = await runDrill({ engine, place, progress, signal, keep, writeSeconds, ...objectives });
      await writeFile(join(projectRoot, "drill-report.json"), reportJson(report));
      await writeFile(join(projectRoot, "drill-report.html"), drillHtml(report));
      process.stdout.write(
        `\n${terminalSummary(report, { colour: process.stdout.isTTY, width: Math.min(process.stdout.columns || 100, 120) })}\n` +
          "  drill-report.html  the same for the eye\n  drill-report.json  the same for programs\n",
      );
      if (report.outcome === "failed")
        throw new Error(report.error ?? `the drill did not pass: ${report.failedChecks.join(", ")}`);
      if (keep)
        process.stdout.write(
          `\nSite B is still running:\n${howToReach({ ...place, kubeconfig: place.siteB.kubeconfig })}The next drill removes it.\n`,
        );
    },
    signal,
  );
}
