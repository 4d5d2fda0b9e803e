import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runInside, type Sandbox } from "../sandbox/sandbox";
import { readOrNothing } from "../sandbox/record";
import { waitForSuccess } from "../../lib/wait";
import { runtime } from "./layout";

const CONTAINERD_TIMEOUT_MS = 30_000;

/**
 * Brings images into the containerd of a site. Does nothing when it has them all.
 * @param containerd the directory where it keeps them
 * @throws CommandError when an archive cannot be read
 */
export async function importImages(
  site: Sandbox,
  containerd: string,
  archives: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  // An archive's path in the cache stands for its content.
  const record = join(containerd, "imported-archives");
  const known = readOrNothing(record).split("\n");
  const missing = archives.filter((archive) => !known.includes(archive));
  if (missing.length === 0) return;
  const ctr = (args: readonly string[]): Promise<unknown> =>
    runInside(site, "ctr", ["--address", runtime.containerdSocket, "--namespace", "k8s.io", ...args], {
      signal,
    });
  await waitForSuccess("containerd to answer", { timeoutMs: CONTAINERD_TIMEOUT_MS, everyMs: 100 }, () => {
    signal.throwIfAborted();
    return ctr(["version"]);
  });
  for (const archive of missing) {
    await ctr(["images", "import", archive]);
    await writeFile(record, `${await readFile(record, "utf8").catch(() => "")}${archive}\n`);
  }
}
