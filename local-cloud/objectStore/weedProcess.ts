import { readFileSync } from "node:fs";
import { weedPath } from "./services";

/** Whether a process of the host is SeaweedFS in the sandbox of an object store. */
export function isWeed(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")[0] === weedPath;
  } catch {
    return false;
  }
}
