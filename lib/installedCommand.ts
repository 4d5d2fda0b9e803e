import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { cacheDir } from "./paths";

/** Directories of root's tools that a user's PATH may lack. */
const SYSTEM_DIRECTORIES = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

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
