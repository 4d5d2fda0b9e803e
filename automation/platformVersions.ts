import { readFileSync } from "node:fs";
import { join } from "node:path";
import { directoryDigest } from "../lib/directoryDigest";
import { projectRoot } from "../lib/paths";
import { run } from "../lib/process";
import type { Settings } from "./ownSettings";
import type { Engine } from "./stack";

const imageKeys = {
  application: "imageApplication",
  operations: "imageOperations",
  postgres: "imagePostgres",
  redis: "imageRedis",
} as const;

/**
 * What a platform runs: the version of this project, the application's chart and the images by digest, as far as they have one, and
 * what the embedded cluster takes from the toolchain.
 */
export async function platformVersions(
  { toolchain }: Pick<Engine, "toolchain">,
  config: Settings,
): Promise<Record<string, string>> {
  const { version } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as {
    version: string;
  };
  const embedded = (config["cluster"] ?? "embedded") === "embedded" && "images" in toolchain;
  const images = Object.entries(imageKeys).flatMap(([name, key]) => {
    const reference = embedded ? toolchain.images[name as keyof typeof imageKeys].reference : config[key];
    return reference === undefined ? [] : [[`image ${name}`, reference] as const];
  });
  const commit = await commitOfProject();
  const { kubernetes, certManager } = toolchain.versions;
  return {
    project: version,
    ...(commit === undefined ? {} : { commit }),
    chart: directoryDigest(join(projectRoot, "chart")),
    ...Object.fromEntries(images),
    ...(embedded && kubernetes !== undefined ? { kubernetes } : {}),
    ...(embedded && certManager !== undefined ? { "cert-manager": certManager } : {}),
  };
}

/** Undefined where the project is no checkout of git. */
async function commitOfProject(): Promise<string | undefined> {
  try {
    const { stdout } = await run("git", ["-C", projectRoot, "rev-parse", "HEAD"], { timeoutMs: 10_000 });
    return stdout.trim();
  } catch {
    return undefined;
  }
}
