import { sandboxProcesses, removeSandbox, stopSandbox } from "../sandbox/sandbox";
import { exclusively } from "../sandbox/exclusive";
import { recordedPurpose } from "../sandbox/record";
import { siteDir } from "../paths";
import { run } from "../../lib/process";
import { PURPOSE } from "./spec";

/**
 * Removes a site with all its data: processes, network, mounts, control groups, files. Succeeds when it is gone,
 * and clears what is half made.
 * @throws Error when the name is another kind of sandbox's
 */
export async function deleteSite(
  name: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  refuseOthers(name);
  await exclusively(
    name,
    signal,
    () => undefined,
    () => removeAll(name),
  );
}

/**
 * The disaster: kills every process of a site at once, in whatever they are doing, and removes its network, disks
 * and cluster state. Waits for nobody.
 */
export async function killSite(name: string): Promise<void> {
  refuseOthers(name);
  await stopSandbox(name);
  await removeAll(name);
}

/** Pids on the host of all processes of a site, those of its pods included. */
export function siteProcesses(name: string): number[] {
  return sandboxProcesses(name);
}

async function removeAll(name: string): Promise<void> {
  await removeSandbox(name);
  // Node's own rm takes seconds for the many files of unpacked images.
  await run("rm", ["--recursive", "--force", "--one-file-system", siteDir(name)]);
}

function refuseOthers(name: string): void {
  const purpose = recordedPurpose(name);
  if (purpose !== undefined && purpose !== PURPOSE) {
    throw new Error(`${name} is an embedded ${purpose}, not a site: nothing was removed`);
  }
}
