import { findCommand } from "../../lib/installedCommand";
import { run } from "../../lib/process";

const VERSION_TIMEOUT_MS = 10_000;

/** Whether the output of a version command names exactly this version: no pre-release, no vendor's build. */
export function namesVersion(output: string, version: string): boolean {
  const literal = version.replaceAll(".", "\\.");
  return new RegExp(`(^|[^0-9.])${literal}(?![0-9]|\\.[0-9]|-)`, "m").test(output);
}

/** Whether `go version` names at least this version, such as "1.26". */
export function isGoAtLeast(output: string, minimum: string): boolean {
  const found = /go(\d+)\.(\d+)/.exec(output);
  const [major = 0, minor = 0] = minimum.split(".").map(Number);
  if (!found) return false;
  const [foundMajor, foundMinor] = [Number(found[1]), Number(found[2])];
  return foundMajor > major || (foundMajor === major && foundMinor >= minor);
}

/**
 * The path of an installed command when it has the wanted version.
 * @param args make it print its version
 */
export async function findInstalled(
  name: string,
  version: string,
  args: readonly string[],
): Promise<string | undefined> {
  const path = findCommand(name);
  if (path === undefined) return undefined;
  try {
    const { stdout, stderr } = await run(path, args, { timeoutMs: VERSION_TIMEOUT_MS });
    return namesVersion(stdout + stderr, version) ? path : undefined;
  } catch {
    return undefined;
  }
}
