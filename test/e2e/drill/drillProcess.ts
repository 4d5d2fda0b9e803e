import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cleanUp } from "../../../drill/cleanUp";
import { drillSetup } from "../../../drill/setup";
import { projectRoot, stateDir } from "../../../lib/paths";
import { latestReport } from "./drillVault";

/** The drill at work, as one process: a signal to `npm run drill` itself would reach a wrapper alone. */
export interface DrillProcess {
  child: ChildProcess;
  /** All that it has printed so far. */
  output: () => string;
  /** Returns once it says that it has begun a step. @throws AssertionError when it ends before */
  untilStep: (name: string) => Promise<void>;
  /** Waits for its end. @returns its exit code; null when a signal ended it */
  end: () => Promise<number | null>;
}

/** Starts a drill with the options of its command. */
export function startDrill(...options: string[]): DrillProcess {
  const child = spawn(process.execPath, ["--import", "tsx", "cli/main.ts", "drill", ...options], {
    cwd: projectRoot,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (piece: string) => (text += piece));
  const closed = once(child, "close") as Promise<[number | null]>;
  return {
    child,
    output: () => text,
    untilStep: async (name) => {
      while (!text.includes(`start ${name}`)) {
        assert.equal(child.exitCode, null, `the drill ended before "${name}":\n${text}`);
        await sleep(100);
      }
    },
    end: async () => (await closed)[0],
  };
}

/** Removes whatever a drill has left. */
export async function cleanUpAll(): Promise<void> {
  await cleanUp(await drillSetup());
}

/** The drill has met its objectives, and its report says so in every form. */
export async function assertPassed(drill: DrillProcess): Promise<void> {
  const code = await drill.end();
  process.stdout.write(drill.output());
  assert.equal(code, 0, drill.output());
  const report = latestReport();
  assert.equal(report.outcome, "passed");
  assert.deepEqual(report.failedChecks, []);
  assert.ok((report.rto.seconds ?? Infinity) <= report.rto.objectiveSeconds);
  assert.ok((report.rpo.seconds ?? Infinity) <= report.rpo.objectiveSeconds);
  assert.equal(report.rpo.onlyTail, true);
  assert.deepEqual([report.secondUpChanges, report.refreshDrift], [0, 0]);
  // The report tells which plugins did the work, and where that of Kubernetes came from.
  const kubernetes = report.providers.find(({ name }) => name === "kubernetes");
  assert.equal(kubernetes?.source, "upstream");
  assert.match(kubernetes.version ?? "", /^v?\d+\.\d+\.\d+/);
  assert.notEqual(kubernetes.origin ?? "", "");
  assert.match(report.languageHost, process.env["LSTM_PFD_PLUGINS"] === undefined ? /^inline/ : /^upstream/);
  const page = readFileSync(join(projectRoot, "drill-report.html"), "utf8");
  assert.match(page, new RegExp(report.drillId));
  const json = readFileSync(join(projectRoot, "drill-report.json"), "utf8");
  assert.equal(readFileSync(join(stateDir(), "drills", `${report.drillId}.json`), "utf8"), json);
}
