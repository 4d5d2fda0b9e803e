import { readFileSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { quoted } from "../../lib/shell";
import { projectRoot } from "../../lib/paths";
import { ensureEntry, prune, touch } from "../../lib/cache";
import { fileHashes, sha256, type Recipe } from "../../lib/recipe";

/** A provider that is part of this project. `awsPreview` stands in for aws, in previews alone. */
export type EmbeddedProvider = "aws" | "awsPreview" | "random" | "embedded";

/**
 * Packs providers into plugin executables, `pulumi-resource-<name>`, once for each state of the sources.
 * @param names not aws and its stand-in together
 * @returns the directory that holds them, for PATH
 * @throws Error of esbuild when a source does not compile
 */
export async function preparePlugins(names: readonly EmbeddedProvider[]): Promise<string> {
  const recipe = recipeOf([...names].sort());
  const directory = await ensureEntry(recipe, (target) => makePlugins(names, target));
  await touch(recipe);
  await prune(recipe.name);
  return directory;
}

function recipeOf(names: readonly EmbeddedProvider[]): Recipe {
  return {
    name: `plugins.${names.join(".")}`,
    version: "1",
    inputs: {
      names,
      node: process.execPath,
      // Providers share code with the rest of the project: all of what they may import counts.
      sources: fileHashes(join(projectRoot, "local-cloud"), (path) => path.endsWith(".ts")),
      packages: sha256(readFileSync(join(projectRoot, "package-lock.json"))),
    },
  };
}

async function makePlugins(names: readonly EmbeddedProvider[], target: string): Promise<void> {
  await build({
    entryPoints: names.map((name) => ({
      in: join(projectRoot, "local-cloud", "providers", name, "main.ts"),
      out: name,
    })),
    absWorkingDir: projectRoot,
    outdir: target,
    bundle: true,
    platform: "node",
    target: `node${process.versions.node}`,
    format: "cjs",
    logLevel: "silent",
  });
  for (const name of names) {
    const executable = join(target, `pulumi-resource-${name === "awsPreview" ? "aws" : name}`);
    await writeFile(executable, `#!/bin/sh\nexec ${quoted(process.execPath)} "\${0%/*}/${name}.js" "$@"\n`);
    await chmod(executable, 0o755);
  }
}
