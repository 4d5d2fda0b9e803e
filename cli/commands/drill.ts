import { join } from "node:path";
import { projectRoot, stateDir } from "../../lib/paths";
import { withLock } from "../../lib/lock";
import { afterFailure } from "../../drill/failure";
import { drillSetup } from "../../drill/setup";
import { writeReport } from "../../drill/reportFiles";
import { runDrill } from "../../drill/runDrill";
import { terminalSummary } from "../../drill/terminalSummary";
import type { Options } from "../commandLine";
import { howToReach } from "../howToReach";
import { ensurePassphrase } from "../ownKit";
import { prepareEmbeddedEngine } from "../prepare";

/** Recovery within four minutes and a loss within one: what the drill is held to on two cores. */
const objectives = { rtoObjectiveSeconds: 240, rpoObjectiveSeconds: 60 };
const writeSeconds = 75;

/**
 * Loses everything and brings it back, then reports: on the terminal, as JSON and as a page. A drill
 * that has failed reports what is known.
 * @throws Error when the drill has not passed
 */
export async function run(options: Options, signal: AbortSignal): Promise<void> {
  const { engine, progress } = await prepareEmbeddedEngine(options, signal);
  const directory = join(stateDir(), "drill-lock");
  await withLock(
    directory,
    "is a drill",
    progress,
    async () => {
      ensurePassphrase();
      const setup = await drillSetup();
      const { keep } = options;
      const report = await runDrill({ engine, setup, progress, signal, keep, writeSeconds, ...objectives });
      process.stdout.write(
        `\n${terminalSummary(report, { colour: process.stdout.isTTY, width: Math.min(process.stdout.columns || 100, 120) })}\n`,
      );
      const failure =
        report.outcome === "failed"
          ? (report.error ?? `the drill did not pass: ${report.failedChecks.join(", ")}`)
          : undefined;
      try {
        const copy = await writeReport(report, {
          latest: projectRoot,
          history: join(stateDir(), "drills"),
        });
        process.stdout.write(
          "  drill-report.html  the same for the eye\n  drill-report.json  the same for programs\n" +
            `  ${copy}  a copy that the next drill leaves alone\n`,
        );
      } catch (error) {
        throw new Error(afterFailure(failure, error), { cause: error });
      }
      if (failure !== undefined) throw new Error(failure);
      if (keep)
        process.stdout.write(
          `\nSite B is still running:\n${howToReach({ ...setup, kubeconfig: setup.siteB.kubeconfig })}The next drill removes it.\n`,
        );
    },
    signal,
  );
}
