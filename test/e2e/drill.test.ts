import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { cleanUp } from "../../drill/cleanUp";
import { drillSetup } from "../../drill/setup";
import type { DrillReport } from "../../drill/reportSchema";
import { drillSteps } from "../../drill/runDrill";
import { networkNamespace } from "@lstm-pfd/local-cloud/object-store/address";
import { projectRoot, stateDir } from "../../lib/paths";
import { hostChanges, type HostState, hostState } from "./host";

const MINUTE = 60_000;

/** Starts the drill as one process: a signal to `npm run drill` itself would reach a wrapper alone. */
function startDrill(): { child: ChildProcess; output: () => string } {
  const child = spawn(process.execPath, ["--import", "tsx", "cli/main.ts", "drill"], {
    cwd: projectRoot,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (piece: string) => (text += piece));
  return { child, output: () => text };
}

/** Waits until the drill says that it has begun a step. */
async function untilStep(name: string, output: () => string, child: ChildProcess): Promise<void> {
  while (!output().includes(`start ${name}`)) {
    assert.equal(child.exitCode, null, `the drill ended before "${name}":\n${output()}`);
    await sleep(100);
  }
}

async function cleanUpAll(): Promise<void> {
  await cleanUp(await drillSetup());
}

describe("drill that is stopped", () => {
  let atStart: HostState = {};

  beforeEach(async function () {
    this.timeout(2 * MINUTE);
    await cleanUpAll();
    atStart = await hostState();
  });

  afterEach(async function () {
    this.timeout(2 * MINUTE);
    await cleanUpAll();
  });

  for (const step of [drillSteps.vault, drillSteps.begin])
    it(`killed in "${step}", leaves nothing that the next run does not remove`, async () => {
      const { child, output } = startDrill();
      await untilStep(step, output, child);
      await sleep(3000);
      child.kill("SIGKILL");
      await once(child, "close");
      await cleanUpAll();
      assert.deepEqual(hostChanges(atStart, await hostState()), []);
    }).timeout(15 * MINUTE);

  it("by Ctrl-C, tears down what it made", async () => {
    const { child, output } = startDrill();
    await untilStep(drillSteps.begin, output, child);
    await sleep(5000);
    child.kill("SIGINT");
    const [code] = (await once(child, "close")) as [number];
    assert.equal(code, 130, output());
    assert.match(output(), /error: stopped by SIGINT/);
    assert.deepEqual(hostChanges(atStart, await hostState()), []);
  }).timeout(10 * MINUTE);
});

// One after the other, and nothing is removed in between but by the drill itself.
describe("drill", () => {
  let atStart: HostState = {};

  before(async function () {
    this.timeout(2 * MINUTE);
    await cleanUpAll();
    atStart = await hostState();
  });

  after(async function () {
    this.timeout(2 * MINUTE);
    await cleanUpAll();
  });

  it("killed while it recovers, leaves a half-made site B", async () => {
    const { child, output } = startDrill();
    await untilStep(drillSteps.recovery, output, child);
    await sleep(20_000);
    assert.ok(!output().includes(`done ${drillSteps.recovery}`), output());
    child.kill("SIGKILL");
    await once(child, "close");
    const { siteB } = await drillSetup();
    const left = hostChanges(atStart, await hostState());
    assert.ok(
      left.some((line) => line.startsWith(`+ namespaces: ${networkNamespace(siteB.name)}`)),
      left.join("\n"),
    );
  }).timeout(15 * MINUTE);

  it("loses everything, brings it back within its objectives, and leaves nothing behind", async () => {
    const { child, output } = startDrill();
    const [code] = (await once(child, "close")) as [number];
    process.stdout.write(output());
    assert.equal(code, 0, output());
    const json = readFileSync(join(projectRoot, "drill-report.json"), "utf8");
    const report = JSON.parse(json) as DrillReport;
    assert.equal(report.outcome, "passed");
    assert.deepEqual(report.failedChecks, []);
    assert.ok((report.rto.seconds ?? Infinity) <= report.rto.objectiveSeconds);
    assert.ok((report.rpo.seconds ?? Infinity) <= report.rpo.objectiveSeconds);
    assert.equal(report.rpo.onlyTail, true);
    assert.deepEqual([report.secondUpChanges, report.refreshDrift], [0, 0]);
    // The report tells which plugins did the work.
    const kubernetes = report.providers.find(({ name }) => name === "kubernetes");
    const upstream = process.env["LSTM_PFD_PLUGINS"] !== undefined;
    assert.equal(kubernetes?.source, upstream ? "upstream" : "embedded");
    assert.match(report.languageHost, upstream ? /^upstream/ : /^inline/);
    const page = readFileSync(join(projectRoot, "drill-report.html"), "utf8");
    assert.match(page, new RegExp(report.drillId));
    assert.equal(readFileSync(join(stateDir(), "drills", `${report.drillId}.json`), "utf8"), json);
    assert.deepEqual(hostChanges(atStart, await hostState()), []);
  }).timeout(20 * MINUTE);
});
