import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DrillReport } from "../../drill/reportSchema";
import { projectRoot, stateDir } from "../../lib/paths";
import { run } from "../../lib/process";
import { resultsDirectory, type Results } from "../support/results";
import { longestMinutes, type Part, parts } from "./parts";
import { NightlyRecord, nightlyTable, type PartResult } from "./record";

/** Time to remove what was made, after a part was told to end. */
const GRACE_MS = 3 * 60_000;

/** Commit of the sources; undefined when they differ from it. */
async function commit(): Promise<string | undefined> {
  const git = async (...args: string[]): Promise<string> =>
    (await run("git", args, { cwd: projectRoot })).stdout.trim();
  return (await git("status", "--porcelain")) === "" ? git("rev-parse", "HEAD") : undefined;
}

async function runPart(part: Part): Promise<PartResult> {
  const [program, ...args] = part.run;
  const { limitMinutes = longestMinutes } = part;
  const cache = part.emptyCache === true ? mkdtempSync(join(tmpdir(), "lpfd-nightly-")) : undefined;
  const started = Date.now();
  const limit = new AbortController();
  try {
    const env = cache === undefined ? process.env : { ...process.env, LSTM_PFD_CACHE: cache };
    const child = spawn(program, args, { cwd: projectRoot, stdio: "inherit", env });
    const stopping = setTimeout(() => {
      limit.abort();
      stop(child);
    }, limitMinutes * 60_000);
    const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
    clearTimeout(stopping);
    const reason = limit.signal.aborted
      ? `took more than ${limitMinutes} min`
      : code === 0
        ? ""
        : `exit code ${code ?? signal ?? ""}`;
    return {
      passed: reason === "",
      reason,
      seconds: Math.round((Date.now() - started) / 1000),
      finishedAt: new Date().toISOString(),
      figures: figuresSince(part, started),
    };
  } finally {
    if (cache !== undefined) rmSync(cache, { recursive: true });
  }
}

function stop(child: ChildProcess): void {
  child.kill("SIGINT");
  setTimeout(() => child.kill("SIGKILL"), GRACE_MS).unref();
}

/** What a part has left behind of figures: numbers of tests, and of a drill. */
function figuresSince({ name }: Part, started: number): string[] {
  const isNew = (file: string): boolean => existsSync(file) && statSync(file).mtimeMs >= started;
  const figures: string[] = [];
  const resultsFile = join(resultsDirectory, `${name}.json`);
  if (isNew(resultsFile)) {
    const { passed, failed } = JSON.parse(readFileSync(resultsFile, "utf8")) as Results;
    figures.push(`${passed} passed, ${failed.length} failed`);
  }
  const reportFile = join(projectRoot, "drill-report.json");
  if (isNew(reportFile)) {
    const { rto, rpo } = JSON.parse(readFileSync(reportFile, "utf8")) as DrillReport;
    const seconds = (value: number | undefined): string => (value === undefined ? "?" : value.toFixed(1));
    figures.push(`drill: RTO ${seconds(rto.seconds)} s, RPO ${seconds(rpo.seconds)} s`);
  }
  return figures;
}

/**
 * Runs all parts, or those that are named, one after the other; what has passed for this commit is not run again.
 * @returns whether all of them have passed
 */
async function nightly(names: readonly string[]): Promise<boolean> {
  const unknown = names.find((name) => !parts.some((part) => part.name === name));
  if (unknown !== undefined)
    throw new Error(`${unknown} is no part; the parts are ${parts.map(({ name }) => name).join(", ")}`);
  const wanted = parts.filter(({ name }) => names.length === 0 || names.includes(name));
  const sources = await commit();
  if (sources === undefined)
    process.stdout.write(
      "the sources differ from the commit: everything is run, and no result counts later\n",
    );
  const record = new NightlyRecord(join(stateDir(), "nightly", sources ?? `changed-${process.pid}`));
  for (const [index, part] of wanted.entries()) {
    if (record.read(part)?.passed === true) continue;
    process.stdout.write(`\n== part ${index + 1} of ${wanted.length}: ${part.command}\n`);
    record.write(part, await runPart(part));
  }
  process.stdout.write(`\n${nightlyTable(wanted, record)}`);
  return wanted.every((part) => record.read(part)?.passed === true);
}

nightly(process.argv.slice(2)).then(
  (passed) => {
    if (!passed) process.exitCode = 1;
  },
  (error: unknown) => {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
