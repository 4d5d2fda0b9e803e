import { readdirSync } from "node:fs";
import { join } from "node:path";
import { entryDir, isCached } from "../../lib/cache";
import { installedPlugin } from "../../lib/installedCommand";
import { findInstalled } from "./installed";
import { toolRecipe, type Tool } from "./tools";

/** Executable → absolute path, for every tool that is at hand; and the tools that are not. */
export interface Resolution {
  executables: Record<string, string>;
  missing: Tool[];
}

/** Looks for each tool in the cache, then among what is installed; for plugins of the engine the other way round. */
export async function resolveTools(wanted: readonly Tool[]): Promise<Resolution> {
  const found = await Promise.all(wanted.map(executablesOf));
  return {
    executables: Object.assign({}, ...found) as Record<string, string>,
    missing: wanted.filter((_tool, index) => found[index] === undefined),
  };
}

async function executablesOf(tool: Tool): Promise<Record<string, string> | undefined> {
  const plugin = tool.plugin === undefined ? undefined : installedPlugin(tool.plugin, tool.version);
  if (plugin !== undefined) return { [tool.name]: plugin };
  if (isCached(toolRecipe(tool))) {
    const bin = join(entryDir(toolRecipe(tool)), "bin");
    return Object.fromEntries(readdirSync(bin).map((name) => [name, join(bin, name)]));
  }
  if (!tool.installed) return undefined;
  const path = await findInstalled(tool.name, tool.installed.expects ?? tool.version, tool.installed.args);
  return path === undefined ? undefined : { [tool.name]: path };
}
