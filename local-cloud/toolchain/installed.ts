import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { cacheDir } from "../../lib/paths";
import { run } from "../../lib/process";

/** Directories of root's tools that a user's PATH may lack. */
const SYSTEM_DIRECTORIES = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

const VERSION_TIMEOUT_MS = 10_000;

/** Where a command is, or nothing when it is not installed. */
export function findCommand(name: string, path = process.env["PATH"] ?? ""): string | undefined {
  return [...path.split(delimiter), ...SYSTEM_DIRECTORIES]
    .filter((directory) => directory.startsWith("/"))
    .map((directory) => join(directory, name))
    .find(isExecutable);
}

/** A command on the path that somebody has installed: not one of this project, which `npm run env` puts there too. */
export function installedCommand(name: string): string | undefined {
  const path = (process.env["PATH"] ?? "").split(delimiter);
  return findCommand(name, path.filter((directory) => !directory.startsWith(cacheDir())).join(delimiter));
}

/**
 * Where a resource plugin of the engine is that somebody has installed: one on the path, which the engine takes whatever
 * its version is, or this version in the engine's own directory.
 * @param name without `pulumi-resource-`
 */
export function installedPlugin(name: string, version: string): string | undefined {
  const executable = `pulumi-resource-${name}`;
  const home = process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
  const own = join(home, "plugins", `resource-${name}-v${version}`, executable);
  return installedCommand(executable) ?? (isExecutable(own) ? own : undefined);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

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
