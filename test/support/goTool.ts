import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ensureEntry, prune, touch, withScratch } from "../../lib/cache";
import { Failure } from "../../lib/failure";
import { withLock } from "../../lib/lock";
import { cacheDir, projectRoot } from "../../lib/paths";
import { CommandError, run } from "../../lib/process";
import type { Progress } from "../../lib/progress";
import type { Recipe } from "../../lib/recipe";
import { terminalProgress } from "../../lib/terminalProgress";
import { ensureGo } from "../../local-cloud/toolchain/goBuild";

/** Where the module of each tool is pinned, with the sums of everything it is built from. */
const modulesDir = join(projectRoot, "test", "contract", "go");

const BUILD_LIMIT_MS = 9 * 60_000;

/**
 * A tool written in Go, built once into the cache from exactly the modules of `test/contract/go/NAME/go.sum`.
 * @param name of the module's directory and of the executable
 * @param source path of the package
 * @param progress @default standard error
 * @returns path of the executable
 * @throws Failure when a module cannot be had or is not the pinned one
 */
export async function goTool(
  name: string,
  source: string,
  progress: Progress = terminalProgress(),
): Promise<string> {
  const module = join(modulesDir, name);
  const [definition, sums] = ["go.mod", "go.sum"].map((file) => readFileSync(join(module, file), "utf8"));
  const recipe: Recipe = { name: `go-${name}`, version: "1", inputs: { source, definition, sums } };
  const directory = await withLock(join(cacheDir(), "go-tools"), `builds ${name}`, progress, () =>
    ensureEntry(recipe, (entry) =>
      progress.step(`Building ${name} (Go), once`, (detail) =>
        withScratch(name, (scratch) => build(module, source, join(entry, name), scratch, detail)),
      ),
    ),
  );
  await touch(recipe);
  await prune(recipe.name);
  return join(directory, name);
}

async function build(
  module: string,
  source: string,
  executable: string,
  scratch: string,
  detail: (text: string) => void,
): Promise<void> {
  const go = await ensureGo(new AbortController().signal);
  const temporary = join(scratch, "tmp");
  await mkdir(temporary);
  try {
    await run(
      go,
      ["build", "-mod=readonly", "-trimpath", "-buildvcs=false", "-v", "-o", executable, source],
      {
        cwd: module,
        timeoutMs: BUILD_LIMIT_MS,
        onLine: detail,
        env: {
          ...process.env,
          CGO_ENABLED: "0",
          GOCACHE: join(scratch, "cache"),
          GOMODCACHE: join(scratch, "modules"),
          GOTMPDIR: temporary,
          GOTOOLCHAIN: "local",
          GOFLAGS: "-modcacherw",
          GOWORK: "off",
        },
      },
    );
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new Failure(
      `${source} was not built: ${error.message}`,
      "look whether go reaches its module proxy, then run this again",
    );
  }
}
