import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Builder, Workshop } from "./builder";
import { buildImages, type Ingredients } from "./buildImages";
import type { Bundles } from "./bundle";
import { type Contents, contentsOf, labelsOf, questionsTo } from "./contents";
import {
  definitionsOf,
  imageDefinitions,
  imageHashes,
  type ImageName,
  imageReference,
  type PlatformImage,
  platformImages,
  type Variant,
} from "./definitions";
import type { RecipeOf } from "./imageSet";

/** What is to be made. */
export interface Order {
  images: readonly ImageName[];
  variant: Variant;
  bundles: Bundles;
  /** Executable → path on the host. */
  executables: Ingredients["executables"];
  recipeOf: RecipeOf;
  /** Whether no layer and no package of an earlier build is used. @default false */
  fromNothing?: boolean;
}

/** An image that the builder has. */
export interface MadeImage {
  name: ImageName;
  /** Full name on this machine. */
  reference: string;
  /** Its identity to the builder: other contents, another one. */
  id: string;
  /** What it said of itself; nothing of images from scratch. */
  contents: Contents;
}

/**
 * Builds images, has each of the platform say what it holds, and labels it with that.
 * @returns in the order of `images`
 * @throws Error when a program in an image does not run
 */
export async function makeImages(
  builder: Builder,
  workshop: Workshop,
  { images, variant, bundles, executables, recipeOf, fromNothing }: Order,
  detail: (text: string) => void,
): Promise<MadeImage[]> {
  const definitions = definitionsOf(imageDefinitions(bundles, variant), images);
  const tags = imageHashes(definitions, workshop.sources, recipeOf, variant.base);
  const ingredients = { executables, tags, base: variant.base, fromNothing };
  await buildImages(builder, workshop, definitions, ingredients, detail);
  const made: MadeImage[] = [];
  for (const name of images) {
    const reference = imageReference(name, tags[name] ?? "");
    const ofPlatform = platformImages.find((each) => each === name);
    made.push(
      ofPlatform === undefined
        ? { name, reference, id: await idOf(builder, reference), contents: {} }
        : await labelled(builder, workshop, ofPlatform, reference, variant, detail),
    );
  }
  return made;
}

async function labelled(
  builder: Builder,
  workshop: Workshop,
  name: PlatformImage,
  built: string,
  { pgdg, base }: Variant,
  detail: (text: string) => void,
): Promise<MadeImage> {
  detail(`${name}: what it holds`);
  const contents = contentsOf(name, await builder.run(built, questionsTo(name)));
  const labels = {
    ...labelsOf(contents),
    ...(name === "postgres" && { "lstm-pfd.postgresql.source": pgdg ? "apt.postgresql.org" : "Debian" }),
    ...(base !== undefined && { "org.opencontainers.image.base.name": base }),
  };
  const context = join(workshop.scratch, `labels-${name}`);
  await mkdir(context);
  const lines = Object.entries(labels).map(([key, value]) => `LABEL ${key}="${value}"\n`);
  await writeFile(join(context, "Dockerfile"), `FROM ${built}\n${lines.join("")}`);
  const reference = `${built}-labelled`;
  await builder.build(context, { reference });
  await rm(context, { recursive: true });
  return { name, reference, id: await idOf(builder, reference), contents };
}

async function idOf(builder: Builder, reference: string): Promise<string> {
  const id = await builder.idOf(reference);
  if (id === undefined)
    throw new Error(`${builder.name} has built ${reference} and does not have it: run this again`);
  return id;
}
