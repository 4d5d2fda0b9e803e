import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../lib/paths";

/**
 * What the fence costs in the path of each segment: the archive command against pgBackRest alone, which is a stand-in here that does
 * nothing. The fence asks the store for nothing at that moment: it reads what the watcher has written down. Prints figures side by side.
 */
const segments = 200;

const directory = mkdtempSync(join(tmpdir(), "fence-"));
try {
  writeFileSync(join(directory, "pgbackrest"), "#!/bin/sh\nexit 0\n", { mode: 0o755 });
  writeFileSync(join(directory, "lineage"), "life=a\ngeneration=2\nstate=opened\n");
  const env = {
    PATH: `${directory}:${process.env["PATH"] ?? ""}`,
    VOLUME_LIFE: join(directory, "lineage"),
    FENCE: join(directory, "fence"),
  };
  const push = join(projectRoot, "images/postgres/bin/pgbackrest-push");
  const alone: number[] = [];
  const fenced: number[] = [];
  // In turns, so that whatever else the machine does meets both.
  for (let count = 0; count < segments; count += 1) {
    writeFileSync(join(directory, "fence"), `state=clear\nchecked=${Math.floor(Date.now() / 1000)}\nby=\n`);
    alone.push(timed(join(directory, "pgbackrest"), ["archive-push", "x"], env));
    fenced.push(timed(push, ["x"], env));
  }
  const rows = { "pgBackRest alone (stand-in)": alone, "with the fence": fenced };
  for (const [name, times] of Object.entries(rows))
    console.log(`${name.padEnd(28)} median ${at(times, 0.5)} ms, p95 ${at(times, 0.95)} ms`);
  console.log(
    `cost of the fence for each of ${segments} segments: median ${(Number(at(fenced, 0.5)) - Number(at(alone, 0.5))).toFixed(1)} ms, p95 ${(Number(at(fenced, 0.95)) - Number(at(alone, 0.95))).toFixed(1)} ms (goal: under 50 ms)`,
  );
} finally {
  rmSync(directory, { recursive: true });
}

function timed(command: string, args: readonly string[], env: NodeJS.ProcessEnv): number {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(command, args, { env });
  if (status !== 0) throw new Error(`${command} ended with ${status ?? "a signal"}: ${stderr.toString()}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

function at(times: readonly number[], share: number): string {
  const sorted = [...times].sort((one, other) => one - other);
  return (sorted[Math.floor(sorted.length * share)] ?? NaN).toFixed(1);
}
