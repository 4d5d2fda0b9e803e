import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Ends what a killed drill left running of the engine: processes that were started with the drill's own state in their
 * environment. They would go on building what is being removed.
 * @param directory of the drill
 */
export async function endOrphans(directory: string): Promise<void> {
  for (;;) {
    const orphans = orphansOf(directory);
    if (orphans.length === 0) return;
    for (const pid of orphans) kill(pid);
    await sleep(100);
  }
}

function orphansOf(directory: string): number[] {
  const mark = `PULUMI_BACKEND_URL=file://${directory}/`;
  return readdirSync("/proc")
    .map(Number)
    .filter(
      (pid) => pid > 0 && pid !== process.pid && environmentOf(pid).some((entry) => entry.startsWith(mark)),
    );
}

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  } catch {
    // It has ended, or is not ours.
    return [];
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}
