import { readdirSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../lib/paths";

/** Directories of the product, without the packages that can be used by themselves. */
export const productDirectories = [
  "automation",
  "cli",
  "components",
  "config",
  "drill",
  "jobs",
  "kit",
  "lib",
  "plan",
  "stacks",
] as const;

/** The sources in a directory of the project, as paths from its root. */
export function sourcesIn(directory: string): string[] {
  return readdirSync(join(projectRoot, directory), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.includes("node_modules"))
    .map((file) => `${directory}/${file}`);
}
