import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Bundles } from "./bundle";
import { buildBase, buildImage, onKeptLayers, pushToLayout, type Workshop } from "./buildah";
import { buildInputs } from "./buildInputs";
import { ensureEntry, entryDir, withScratch } from "../../lib/cache";
import { runContained } from "../../lib/contained";
import { imageDefinitions, imageHashes, imageNames, imageReference, type ImageName } from "./images";
import type { Recipe } from "../../lib/recipe";

/** Every image under its full name, in one archive so that shared layers are there once. */
export interface ImageSet {
  references: Record<ImageName, string>;
  recipe: Recipe;
  /** The OCI archive, or where it will be. */
  archive: string;
}

/**
 * What the images of these programs are called and where they belong. Builds nothing.
 * @param sources directory with the folders of the images
 */
export function imageSet(bundles: Bundles, sources: string = buildInputs.images): ImageSet {
  const hashes = imageHashes(imageDefinitions(bundles), sources);
  const references = Object.fromEntries(
    imageNames.map((name) => [name, imageReference(name, hashes[name] ?? "")]),
  ) as Record<ImageName, string>;
  const recipe = { name: "images", version: "1", inputs: references };
  return { references, recipe, archive: join(entryDir(recipe), "images.tar") };
}

/** Builds all images and puts them into the cache as one OCI archive. */
export async function buildImages(
  bundles: Bundles,
  executables: Record<string, string>,
  signal: AbortSignal,
  detail: (text: string) => void,
): Promise<void> {
  await withScratch("images", async (scratch) => {
    // Somebody may be editing: names and contents come from one and the same copy.
    const sources = join(scratch, "sources");
    await cp(buildInputs.images, sources, { recursive: true });
    const workshop = { scratch, sources, signal };
    const { recipe, references } = imageSet(bundles, sources);
    await ensureEntry(recipe, async (directory) => {
      await onKeptLayers(signal, detail, () => buildAll(workshop, bundles, executables, detail));
      await writeArchive(workshop, Object.values(references), join(directory, "images.tar"), detail);
    });
  });
}

async function buildAll(
  workshop: Workshop,
  bundles: Bundles,
  executables: Record<string, string>,
  detail: (text: string) => void,
): Promise<void> {
  const definitions = imageDefinitions(bundles);
  const hashes = imageHashes(definitions, workshop.sources);
  const reference = (name: string): string => imageReference(name, hashes[name] ?? "");
  detail("base");
  await buildBase(workshop, reference("base"), (text) => {
    detail(`base: ${text}`);
  });
  for (const definition of definitions) {
    const base = definition.base && reference(definition.base);
    detail(definition.name);
    await buildImage(workshop, definition, reference(definition.name), base, executables, (text) => {
      detail(`${definition.name}: ${text}`);
    });
  }
}

async function writeArchive(
  workshop: Workshop,
  references: readonly string[],
  archive: string,
  detail: (text: string) => void,
): Promise<void> {
  const layout = join(workshop.scratch, "layout");
  await mkdir(layout);
  for (const reference of references) {
    detail(`writing ${reference}`);
    await pushToLayout(workshop, reference, layout);
  }
  const index = join(layout, "index.json");
  await writeFile(
    index,
    JSON.stringify(withImageNames(JSON.parse(await readFile(index, "utf8")) as OciIndex)),
  );
  await runContained("tar", ["-cf", archive, "-C", layout, "."], { signal: workshop.signal });
}

/** The part of an OCI image index that matters here. */
export interface OciIndex {
  manifests: { annotations?: Record<string, string> }[];
}

/** Adds the annotation that containerd takes a full image name from; it would put a prefix before the other one. */
export function withImageNames(index: OciIndex): OciIndex {
  return {
    ...index,
    manifests: index.manifests.map((manifest) => {
      const name = manifest.annotations?.["org.opencontainers.image.ref.name"];
      return name === undefined
        ? manifest
        : { ...manifest, annotations: { ...manifest.annotations, "io.containerd.image.name": name } };
    }),
  };
}
