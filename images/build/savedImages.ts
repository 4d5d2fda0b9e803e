import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ensureEntry, entryDir, prune } from "../../lib/cache";
import { hashOf, sha256 } from "../../lib/recipe";
import type { Builder, Workshop } from "./builder";
import type { Bundles } from "./bundle";
import { type ImageName, imageNames, imageReference, platformImages } from "./definitions";
import { forEachImage, type ImageSet } from "./imageSet";
import type { MadeImage } from "./makeImages";
import { archiveLayout, digestsOf, indexIn, nameImages } from "./ociLayout";

/** Beside the archives: what is in which, and how to know it. */
export const LIST = "images.json";

/** One image that was saved. */
export interface SavedImage {
  /** Full name in the archive: its tag is of the digest. */
  reference: string;
  /** Digest of its manifest. */
  digest: string;
  /** Name of the archive's file. */
  archive: string;
  /** Program → version. */
  contents: Readonly<Record<string, string>>;
}

/** What `images.json` says. */
export interface SavedImages {
  version: 1;
  /** Digits over the programs in them; see {@link programsHash}. */
  programs: string;
  /** Name of an archive's file → SHA-256 of its bytes. */
  archives: Readonly<Record<string, string>>;
  images: Readonly<Record<string, SavedImage>>;
}

/** Digits of a hash that stand in file names and tags. */
const DIGITS = 12;

const archiveFile = /^(?:platform|cluster)-[0-9a-f]{12}\.tar$/;
const unfinishedFile = /^\.unfinished-/;

/** Twelve digits over the commands and the stand-in application: manifests and images must be of one source. */
export function programsHash({ commands, application }: Bundles): string {
  return hashOf(
    [commands, application].map((bundle) =>
      Object.entries(bundle).map(([file, bytes]) => [file, sha256(bytes)]),
    ),
  );
}

/**
 * Writes images into a directory: an OCI archive of the platform's, one of the cluster's, and the list of both. Archives of
 * an earlier run count until the list is written, and are removed then.
 * @param directory made where there is none
 */
export async function saveImages(
  builder: Builder,
  workshop: Workshop,
  made: readonly MadeImage[],
  { directory, programs }: { directory: string; programs: string },
  detail: (text: string) => void,
): Promise<SavedImages> {
  await mkdir(directory, { recursive: true });
  const archives: Record<string, string> = {};
  const images: Record<string, SavedImage> = {};
  const isOfPlatform = ({ name }: MadeImage): boolean => platformImages.some((each) => each === name);
  const groups = { platform: made.filter(isOfPlatform), cluster: made.filter((each) => !isOfPlatform(each)) };
  for (const [group, members] of Object.entries(groups)) {
    if (members.length === 0) continue;
    const layout = join(workshop.scratch, `layout-${group}`);
    await mkdir(layout);
    await builder.writeLayout(
      members.map(({ reference }) => reference),
      layout,
      detail,
    );
    const digests = await nameImages(layout, (name, digest) => savedName(members, name, digest));
    detail(`archive of the ${group}'s images`);
    const { file, hash } = await placeArchive(layout, directory, group, workshop.signal);
    await rm(layout, { recursive: true });
    archives[file] = hash;
    for (const { name, contents } of members) {
      const [reference, digest] =
        Object.entries(digests).find(([each]) => each.startsWith(imageReference(name, ""))) ?? [];
      if (reference === undefined || digest === undefined)
        throw new Error(`${builder.name} was told to write image ${name}, and did not: run this again`);
      images[name] = { reference, digest, archive: file, contents };
    }
  }
  const saved: SavedImages = { version: 1, programs, archives, images };
  await writeFlushed(join(directory, `.unfinished-${LIST}`), `${JSON.stringify(saved, undefined, 2)}\n`);
  await rename(join(directory, `.unfinished-${LIST}`), join(directory, LIST));
  for (const name of await readdir(directory))
    if (unfinishedFile.test(name) || (archiveFile.test(name) && !Object.hasOwn(archives, name)))
      await rm(join(directory, name));
  return saved;
}

/** A tag that tells the image: whoever has another one by the name has another image. */
function savedName(members: readonly MadeImage[], name: string, digest: string): string {
  const member = members.find(({ reference }) => reference === name);
  return member === undefined
    ? name
    : imageReference(member.name, digest.slice("sha256:".length).slice(0, DIGITS));
}

async function placeArchive(
  layout: string,
  directory: string,
  group: string,
  signal: AbortSignal,
): Promise<{ file: string; hash: string }> {
  const unfinished = join(directory, `.unfinished-${group}.tar`);
  try {
    await archiveLayout(layout, unfinished, signal);
    const hash = createHash("sha256");
    await pipeline(createReadStream(unfinished), hash, { signal });
    const digest = hash.digest("hex");
    const file = `${group}-${digest.slice(0, DIGITS)}.tar`;
    await flush(unfinished);
    await rename(unfinished, join(directory, file));
    return { file, hash: digest };
  } finally {
    // On a full disk what was begun would keep it full.
    await rm(unfinished, { force: true });
  }
}

async function writeFlushed(path: string, text: string): Promise<void> {
  await writeFile(path, text, { flush: true });
}

async function flush(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Takes the images that {@link saveImages} wrote, into the cache: what was checked is what is used, whatever becomes of the
 * directory.
 * @param programs what this checkout's programs come to; see {@link programsHash}
 * @throws Error when the list cannot be read or is not whole, an archive has other bytes or holds other images, or they are
 * of other programs
 */
export async function takeSavedImages(
  directory: string,
  programs: string,
  signal: AbortSignal,
  detail: (text: string) => void,
): Promise<ImageSet> {
  const path = join(directory, LIST);
  const saved = parseSavedImages(await readList(path), path);
  if (saved.programs !== programs)
    throw new Error(
      `the images in ${directory} hold other programs (${saved.programs}) than this checkout (${programs}), which would call what they do not have: check out the sources that they were made of, or make them anew by "npm run images -- --save ${directory}"`,
    );
  const { archives, images } = saved;
  const recipe = { name: "given-images", version: "1", inputs: { archives, images } };
  await ensureEntry(recipe, async (entry) => {
    for (const [file, expected] of Object.entries(archives)) {
      detail(`checking ${file}`);
      await copyChecked(join(directory, file), join(entry, file), expected, signal);
      const held = digestsOf(await indexIn(join(entry, file), signal));
      for (const { reference, digest, archive } of Object.values(images))
        if (archive === file && held[reference] !== digest)
          throw new Error(
            `${join(directory, file)} holds ${reference} as ${held[reference] ?? "nothing"}, but ${LIST} says ${digest}: they are not of one run; make them anew by "npm run images -- --save ${directory}"`,
          );
    }
  });
  await prune(recipe.name);
  return {
    recipe,
    references: forEachImage((name) => images[name].reference),
    archives: forEachImage((name) => join(entryDir(recipe), images[name].archive)),
  };
}

async function readList(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new Error(
      `${path} cannot be read (${(error as Error).message}): name a directory that "npm run images -- --save DIR" has written`,
      { cause: error },
    );
  }
}

async function copyChecked(from: string, to: string, expected: string, signal: AbortSignal): Promise<void> {
  const hash = createHash("sha256");
  const through = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(createReadStream(from), through, createWriteStream(to), { signal });
  const actual = hash.digest("hex");
  if (actual !== expected)
    throw new Error(
      `${from} has SHA-256 ${actual}, but ${LIST} says ${expected}: it was changed or not copied whole, and is not used; copy it again, or make it anew by "npm run images -- --save DIR"`,
    );
}

/** A list that names every image. */
type WholeList = Omit<SavedImages, "images"> & { images: Record<ImageName, SavedImage> };

/**
 * Reads `images.json`.
 * @param path for the message
 * @throws Error when it is not whole
 */
export function parseSavedImages(text: string, path: string): WholeList {
  const whole = (holds: boolean, what: string): void => {
    if (!holds)
      throw new Error(`${path} ${what}: make it anew by "npm run images -- --save DIR", or copy it again`);
  };
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    whole(false, "is not JSON");
  }
  whole(
    isRecord(list) && list["version"] === 1,
    "is no list of images that this version of the project knows",
  );
  const { programs, archives, images } = list as Record<string, unknown>;
  whole(typeof programs === "string", "does not say what programs the images hold");
  whole(
    isRecord(archives) &&
      Object.entries(archives).every(
        ([file, hash]) => archiveFile.test(file) && typeof hash === "string" && /^[0-9a-f]{64}$/.test(hash),
      ),
    "names files that are no archives, or not their SHA-256",
  );
  for (const name of imageNames) {
    const image: unknown = isRecord(images) ? images[name] : undefined;
    whole(isRecord(image), `does not name image ${name}`);
    const { reference, digest, archive } = image as Record<string, unknown>;
    whole(
      typeof reference === "string" &&
        reference.startsWith(imageReference(name, "")) &&
        typeof digest === "string" &&
        /^sha256:[0-9a-f]{64}$/.test(digest) &&
        typeof archive === "string" &&
        Object.hasOwn(archives as object, archive),
      `does not say which archive holds image ${name}, and as what`,
    );
  }
  return list as WholeList;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
