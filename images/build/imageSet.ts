import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ensureEntry, entryDir, withScratch } from "../../lib/cache";
import type { Recipe } from "../../lib/recipe";
import { buildahBuilder } from "./buildah";
import { buildImages } from "./buildImages";
import { buildInputs } from "./buildInputs";
import type { Bundles } from "./bundle";
import { imageDefinitions, imageHashes, type ImageName, imageNames, imageReference } from "./definitions";
import { archiveLayout, nameImages } from "./ociLayout";

/** Every image under its full name, in archives of OCI layouts, so that shared layers are there once. */
export interface ImageSet {
  references: Record<ImageName, string>;
  recipe: Recipe;
  /** Where each image is, or will be. */
  archives: Record<ImageName, string>;
}

/** What the tools' executables are made from. */
export type RecipeOf = (executable: string) => unknown;

/**
 * What the images of these programs are called and where they belong. Builds nothing.
 * @param sources directory with the folders of the images
 */
export function imageSet(
  bundles: Bundles,
  recipeOf: RecipeOf,
  sources: string = buildInputs.images,
): ImageSet {
  const hashes = imageHashes(imageDefinitions(bundles), sources, recipeOf);
  const references = forEachImage((name) => imageReference(name, hashes[name] ?? ""));
  const recipe = { name: "images", version: "1", inputs: references };
  return { references, recipe, archives: forEachImage(() => join(entryDir(recipe), "images.tar")) };
}

/** A value for each image. */
export function forEachImage<T>(value: (name: ImageName) => T): Record<ImageName, T> {
  return Object.fromEntries(imageNames.map((name) => [name, value(name)])) as Record<ImageName, T>;
}

/** Builds all images by buildah and puts them into the cache as one OCI archive. */
export async function ensureImages(
  bundles: Bundles,
  recipeOf: RecipeOf,
  executables: Record<string, string>,
  signal: AbortSignal,
  detail: (text: string) => void,
): Promise<void> {
  await withScratch("images", async (scratch) => {
    // Somebody may be editing: names and contents come from one and the same copy.
    const sources = join(scratch, "sources");
    await cp(buildInputs.images, sources, { recursive: true });
    const workshop = { scratch, sources, signal };
    const builder = buildahBuilder(workshop);
    const { recipe, references } = imageSet(bundles, recipeOf, sources);
    const definitions = imageDefinitions(bundles);
    const tags = imageHashes(definitions, sources, recipeOf);
    await ensureEntry(recipe, async (directory) => {
      await buildImages(builder, workshop, definitions, { executables, tags }, detail);
      const layout = join(scratch, "layout");
      await mkdir(layout);
      await builder.writeLayout(Object.values(references), layout, detail);
      await nameImages(layout);
      await archiveLayout(layout, join(directory, "images.tar"), signal);
    });
  });
}
