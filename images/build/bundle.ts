import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { projectRoot } from "../../lib/paths";
import { buildInputs } from "./buildInputs";

/** File name → bytes of a program in one file. */
export type Bundle = Record<string, Uint8Array>;

/** The programs that go into images. */
export interface Bundles {
  /** One for each file in the directories of commands. */
  commands: Bundle;
  application: Bundle;
}

/**
 * Packs each command for the cluster, and the stand-in application, into one CommonJS file.
 * @throws Error of esbuild when a source does not compile
 */
export async function bundlePrograms(): Promise<Bundles> {
  const commands = buildInputs.commands.flatMap((directory) =>
    readdirSync(directory)
      .filter((file) => file.endsWith(".ts"))
      .sort()
      .map((file) => ({ in: join(directory, file), out: basename(file, ".ts") })),
  );
  const application = { in: buildInputs.application, out: "application" };
  const files = await bundleFiles([...commands, application]);
  return {
    commands: Object.fromEntries(Object.entries(files).filter(([name]) => name !== "application.js")),
    application: Object.fromEntries(Object.entries(files).filter(([name]) => name === "application.js")),
  };
}

async function bundleFiles(entryPoints: { in: string; out: string }[]): Promise<Bundle> {
  const { outputFiles } = await build({
    entryPoints,
    absWorkingDir: projectRoot,
    outdir: "/",
    write: false,
    bundle: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    logLevel: "silent",
    // Loaded by pg only where it is installed, which it is not.
    external: ["pg-native"],
  });
  return Object.fromEntries(outputFiles.map((file) => [basename(file.path), file.contents]));
}
