import { join } from "node:path";
import type { Bundle, Bundles } from "./bundle";
import { fileHashes, hashOf, sha256 } from "../../lib/recipe";
import { toolRecipe, tools } from "./tools";
import { versions } from "./versions";

/** Images that a site runs. */
export const imageNames = [
  "operations",
  "postgres",
  "application",
  "redis",
  "coredns",
  "pause",
  "traefik",
  "cert-manager-controller",
  "cert-manager-webhook",
  "cert-manager-cainjector",
  "cert-manager-ctl",
] as const;
export type ImageName = (typeof imageNames)[number];

/** Parts of cert-manager: each has an image of its own, because its chart names no commands. */
export const certManagerParts = ["controller", "webhook", "cainjector", "ctl"] as const;

/** One image to build. */
export interface ImageDefinition {
  name: ImageName | "runtime";
  /** Directory with the Dockerfile, among the images. */
  folder: string;
  /** Stage of the Dockerfile. @default the last one */
  target?: string;
  /** Image that the Dockerfile's BASE names; none for an image from scratch. */
  base?: "base" | "runtime";
  arguments: Record<string, string>;
  bundle: Bundle;
  /** Executables that stand beside the Dockerfile. */
  executables: readonly string[];
}

/** Changes when what `buildBase` does changes. */
const BASE_RECIPE = 1;

/** Every image in the order of building: an image comes after its base. */
export function imageDefinitions({ commands, application }: Bundles): ImageDefinition[] {
  const none = { arguments: {}, bundle: {}, executables: [] };
  const operations = { ...none, folder: "operations", base: "base" as const, executables: ["node"] };
  return [
    { ...operations, name: "runtime", target: "runtime" },
    { ...operations, name: "operations", bundle: commands },
    {
      ...none,
      name: "postgres",
      folder: "postgres",
      base: "runtime",
      arguments: { POSTGRES_MAJOR: versions.postgresql },
      bundle: commands,
    },
    { ...none, name: "application", folder: "application", base: "runtime", bundle: application },
    { ...none, name: "redis", folder: "redis", base: "base" },
    { ...none, name: "coredns", folder: "coredns", executables: ["coredns"] },
    { ...none, name: "pause", folder: "pause", executables: ["pause"] },
    { ...none, name: "traefik", folder: "traefik", executables: ["traefik"] },
    ...certManagerParts.map((part) => ({
      ...none,
      name: `cert-manager-${part}` as const,
      folder: "cert-manager",
      target: part,
      executables: ["cert-manager"],
    })),
  ];
}

/**
 * Image → twelve digits over everything that goes into it, its base included.
 * @param sources directory with the folders of the images
 */
export function imageHashes(
  definitions: readonly ImageDefinition[],
  sources: string,
): Record<string, string> {
  const hashes: Record<string, string> = { base: hashOf([BASE_RECIPE, versions.debian]) };
  for (const definition of definitions) {
    const { bundle, folder, executables, ...rest } = definition;
    hashes[definition.name] = hashOf({
      ...rest,
      base: definition.base && hashes[definition.base],
      files: fileHashes(join(sources, folder), goesIntoImage),
      bundle: Object.entries(bundle).map(([file, bytes]) => [file, sha256(bytes)]),
      executables: executables.map(executableRecipe),
    });
  }
  return hashes;
}

function executableRecipe(name: string): unknown {
  const tool = tools.find((candidate) => candidate.name === name);
  return tool && toolRecipe(tool);
}

/** Whether a file in an image's folder is for the build; sources of programs go in as bundles. */
export function goesIntoImage(path: string): boolean {
  return !path.endsWith(".md") && !path.split("/").includes("src");
}

/** Full name of an image; containerd completes no short ones. */
export function imageReference(name: string, hash: string): string {
  return `docker.io/lstm-pfd/${name}:${hash}`;
}
