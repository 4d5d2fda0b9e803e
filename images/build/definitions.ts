import { join } from "node:path";
import type { Bundle, Bundles } from "./bundle";
import { fileHashes, hashOf, sha256 } from "../../lib/recipe";
import { debian } from "./debian";

/** Images of the platform, wherever it runs. */
export const platformImages = ["operations", "postgres", "application", "redis"] as const;
/** Name of an image of the platform. */
export type PlatformImage = (typeof platformImages)[number];

/** Images that a site runs. */
export const imageNames = [
  ...platformImages,
  "coredns",
  "pause",
  "traefik",
  "cert-manager-controller",
  "cert-manager-webhook",
  "cert-manager-cainjector",
  "cert-manager-ctl",
] as const;
/** Name of an image that a site runs. */
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

/** What may differ between images of one source. */
export interface Variant {
  /** PostgreSQL of this major version. */
  postgresql: string;
  /** Whether PostgreSQL and pgBackRest come from apt.postgresql.org, not from Debian. */
  pgdg: boolean;
  /** An image by digest, with Debian and Node.js, to stand on. @default Debian's packages, and the Node.js of the toolchain */
  base?: string;
}

/** All from Debian: what the embedded cloud builds for itself. */
export const debianVariant: Variant = { postgresql: debian.postgresql, pgdg: false };

/** Changes when what `buildBase` does changes. */
const BASE_RECIPE = 1;

/** Every image in the order of building: an image comes after its base. */
export function imageDefinitions(
  { commands, application }: Bundles,
  { postgresql, pgdg, base }: Variant = debianVariant,
): ImageDefinition[] {
  const none = { arguments: {}, bundle: {}, executables: [] };
  const executables = base === undefined ? ["node"] : [];
  const operations = { ...none, folder: "operations", base: "base" as const, executables };
  return [
    { ...operations, name: "runtime", target: "runtime" },
    { ...operations, name: "operations", bundle: commands },
    {
      ...none,
      name: "postgres",
      folder: "postgres",
      base: "runtime",
      arguments: { POSTGRES_MAJOR: postgresql, ...(pgdg && { PGDG: "true" }) },
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

/** The definitions of some images, with those that they stand on. */
export function definitionsOf(
  definitions: readonly ImageDefinition[],
  wanted: readonly ImageName[],
): ImageDefinition[] {
  const bases = definitions
    .filter(({ name }) => wanted.some((each) => each === name))
    .map(({ base }) => base);
  return definitions.filter(({ name }) =>
    name === "runtime" ? bases.includes(name) : wanted.includes(name),
  );
}

/**
 * Image → twelve digits over everything that goes into it, its base included.
 * @param sources directory with the folders of the images
 * @param recipeOf what an executable is made from
 * @param base an image to stand on @default Debian's packages
 */
export function imageHashes(
  definitions: readonly ImageDefinition[],
  sources: string,
  recipeOf: (executable: string) => unknown,
  base?: string,
): Record<string, string> {
  const hashes: Record<string, string> = { base: hashOf(base ?? [BASE_RECIPE, debian.release]) };
  for (const definition of definitions) {
    const { bundle, folder, executables, ...rest } = definition;
    hashes[definition.name] = hashOf({
      ...rest,
      base: definition.base && hashes[definition.base],
      files: fileHashes(join(sources, folder), goesIntoImage),
      bundle: Object.entries(bundle).map(([file, bytes]) => [file, sha256(bytes)]),
      executables: executables.map(recipeOf),
    });
  }
  return hashes;
}

/** Whether a file in an image's folder is for the build; sources of programs go in as bundles. */
export function goesIntoImage(path: string): boolean {
  return !path.endsWith(".md") && !path.split("/").includes("src");
}

/** Full name of an image on this machine; containerd completes no short ones. */
export function imageReference(name: string, tag: string): string {
  return `docker.io/lstm-pfd/${name}:${tag}`;
}
