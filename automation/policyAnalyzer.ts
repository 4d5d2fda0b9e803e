import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { quoted } from "../lib/shell";
import { ensureEntry, prune, touch } from "../lib/cache";
import type { Recipe } from "../lib/recipe";

/**
 * Runs a policy pack by the SDK that the pack itself has, or the project around it: the engine starts this in the pack's
 * directory. The words of the error are those that the engine looks for, to say what to install and where.
 */
const analyzer = `let runner;
try {
  runner = require.resolve("@pulumi/pulumi/cmd/run-policy-pack", { paths: [process.cwd()] });
} catch {
  console.error("Cannot find module '@pulumi/pulumi/cmd/run-policy-pack'");
  process.exit(1);
}
require(runner);
`;

/**
 * Makes the executable that the engine starts policy packs with where it finds no language host:
 * `pulumi-analyzer-policy-nodejs`. With a language host it is not used, and does no harm.
 * @returns the directory that holds it, for PATH
 */
export async function preparePolicyAnalyzer(): Promise<string> {
  const recipe: Recipe = {
    name: "policy-analyzer",
    version: "1",
    inputs: { analyzer, node: process.execPath },
  };
  const directory = await ensureEntry(recipe, makeAnalyzer);
  await touch(recipe);
  await prune(recipe.name);
  return directory;
}

async function makeAnalyzer(target: string): Promise<void> {
  await writeFile(join(target, "analyzer.js"), analyzer);
  const executable = join(target, "pulumi-analyzer-policy-nodejs");
  await writeFile(executable, `#!/bin/sh\nexec ${quoted(process.execPath)} "\${0%/*}/analyzer.js" "$@"\n`);
  await chmod(executable, 0o755);
}
