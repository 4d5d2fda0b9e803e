import { copyFile, cp, mkdir, rm, writeFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { buildBase } from "./baseImage";
import type { Builder, Workshop } from "./builder";
import { goesIntoImage, type ImageDefinition, imageReference } from "./definitions";

/** What images are built from, beside their folders. */
export interface Ingredients {
  /** Executable → path on the host. */
  executables: Readonly<Record<string, string>>;
  /** Image → tag on this machine, that of the base among them. */
  tags: Readonly<Record<string, string>>;
  /** An image by digest to stand on. @default Debian's packages */
  base?: string | undefined;
  /** Whether the base is made anew. @default false */
  fromNothing?: boolean | undefined;
}

/** Builds images, each after what it stands on, under `imageReference` of name and tag. */
export async function buildImages(
  builder: Builder,
  workshop: Workshop,
  definitions: readonly ImageDefinition[],
  ingredients: Ingredients,
  detail: (text: string) => void,
): Promise<void> {
  const reference = (name: string): string => imageReference(name, ingredients.tags[name] ?? "");
  await builder.session(detail, async () => {
    detail("base");
    const base = {
      reference: reference("base"),
      published: ingredients.base,
      fromNothing: ingredients.fromNothing,
    };
    await buildBase(builder, workshop, base, (text) => {
      detail(`base: ${text}`);
    });
    for (const definition of definitions) {
      detail(definition.name);
      const context = join(workshop.scratch, `context-${definition.name}`);
      await rm(context, { recursive: true, force: true });
      await fillContext(context, workshop.sources, definition, ingredients.executables);
      await builder.build(context, {
        reference: reference(definition.name),
        arguments: {
          ...definition.arguments,
          ...(definition.base && { BASE: reference(definition.base) }),
        },
        ...(definition.target !== undefined && { target: definition.target }),
        onLine: (text) => {
          detail(`${definition.name}: ${text}`);
        },
      });
      await rm(context, { recursive: true });
    }
  });
}

async function fillContext(
  context: string,
  sources: string,
  definition: ImageDefinition,
  executables: Readonly<Record<string, string>>,
): Promise<void> {
  const folder = join(sources, definition.folder);
  await cp(folder, context, { recursive: true, filter: (file) => goesIntoImage(relative(folder, file)) });
  await mkdir(join(context, "bundle"), { recursive: true });
  for (const [file, bytes] of Object.entries(definition.bundle)) {
    await writeFile(join(context, "bundle", file), bytes);
  }
  for (const name of definition.executables) {
    const path = executables[name];
    if (path === undefined) throw new Error(`image ${definition.name} needs ${name}, which was not obtained`);
    await copyFile(path, join(context, basename(name)));
  }
}
