import { readFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import type { Machine } from "./reportSchema";

/** The machine that this runs on. */
export function machine(peakMemoryBytes: number): Machine {
  return {
    cores: cpus().length,
    memoryBytes: totalmem(),
    system: [distribution(), `Linux ${release()}`].filter(Boolean).join(", "),
    peakMemoryBytes,
  };
}

function distribution(file = "/etc/os-release"): string {
  try {
    return /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync(file, "utf8"))?.[1] ?? "";
  } catch {
    return "";
  }
}
