import { existsSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join, resolve } from "node:path";
import { writeSettings } from "../../config/editSettings";
import type { Builder, Workshop } from "../../images/build/builder";
import { buildInputs } from "../../images/build/buildInputs";
import { type Bundles, bundlePrograms } from "../../images/build/bundle";
import { builderOf, chooseBuilder } from "../../images/build/chooseBuilder";
import { contentsText } from "../../images/build/contents";
import { debian } from "../../images/build/debian";
import { definitionsOf, imageDefinitions, imageNames, type Variant } from "../../images/build/definitions";
import { type MadeImage, makeImages } from "../../images/build/makeImages";
import { choosePostgres, reachesPgdg } from "../../images/build/postgresSource";
import { pushProblem } from "../../images/build/pushProblem";
import { checkRoom, room } from "../../images/build/room";
import { programsHash, saveImages } from "../../images/build/savedImages";
import { removeAbandoned, withScratch } from "../../lib/cache";
import { withLock } from "../../lib/lock";
import { cacheDir, projectRoot } from "../../lib/paths";
import type { Progress } from "../../lib/progress";
import { terminalProgress } from "../../lib/terminalProgress";
import { ensureTools } from "@lstm-pfd/local-cloud/toolchain";
import { executableRecipe } from "@lstm-pfd/local-cloud/toolchain/tools";
import type { Options } from "../commandLine";
import { checkPgbackrest, imageKeys, imagesPlan, type Push } from "../imagesPlan";
import { fileConfig } from "../stackPlan";

/** pgBackRest of Debian's release; what an image really holds is asked once it is built. */
const PGBACKREST_OF_DEBIAN = "2.45";

/**
 * Builds images, pushes them and writes their digests into the stack's file, or saves them as archives.
 * @throws UsageError; Error when they cannot be built here, or the stack could not run them
 */
export async function run(options: Options, signal: AbortSignal): Promise<void> {
  const push = imagesPlan(options, (stack) =>
    existsSync(settingsPath(stack)) ? fileConfig(stack, "left out") : undefined,
  );
  const directory = options.save === undefined ? undefined : resolve(options.save);
  const chosen = await chooseBuilder(options.base === undefined);
  await checkRoom(cacheDir(), room.build, "images", "set LSTM_PFD_CACHE to a directory on another disk");
  if (directory !== undefined)
    await checkRoom(directory, room.archives, "archives of the images", "name a directory on another disk");
  const variant = await chooseVariant(options, push, signal);
  const images = directory === undefined ? (push?.images ?? []) : imageNames;
  const progress = terminalProgress();
  const bundles = await bundlePrograms();
  const definitions = definitionsOf(imageDefinitions(bundles, variant), images);
  const needed = new Set(definitions.flatMap((each) => each.executables));
  const executables = await ensureTools([...needed], progress, signal);
  const order = { images, variant, bundles, executables, recipeOf: executableRecipe };
  await inWorkshop(progress, signal, async (workshop) => {
    const builder = builderOf(chosen, workshop, options.anew);
    const made = await progress.step("Images", (detail) =>
      makeImages(builder, workshop, { ...order, fromNothing: options.anew }, detail),
    );
    const { postgresql = "", pgbackrest = "" } = made.find(({ name }) => name === "postgres")?.contents ?? {};
    checkPgbackrest(push, pgbackrest, `the image that was built has ${pgbackrest}`);
    const saved =
      directory === undefined ? {} : await save(builder, workshop, made, { directory, bundles }, progress);
    const pushed = push === undefined ? {} : await pushAll(builder, made, push, progress);
    process.stdout.write(table(made, { ...saved, ...pushed }) + postgresText(postgresql, variant));
    if (directory !== undefined)
      process.stdout.write(
        `archives: ${directory}; commands on embedded clusters take --images ${directory}\n`,
      );
    if (push !== undefined) process.stdout.write(writeDigests(push, pushed));
  });
}

/** Decides what the images stand on and hold. @throws Error where the stack could not run them */
async function chooseVariant(
  { postgres, base }: Pick<Options, "postgres" | "base">,
  push: Push | undefined,
  signal: AbortSignal,
): Promise<Variant> {
  const { variant, note } = await choosePostgres(postgres, () => reachesPgdg(signal));
  if (note !== undefined) {
    const why = `apt.postgresql.org does not answer here, while Debian's (${debian.release}) is ${PGBACKREST_OF_DEBIAN}`;
    checkPgbackrest(push, PGBACKREST_OF_DEBIAN, why);
    process.stderr.write(`${note}\n`);
  }
  return { ...variant, ...(base !== undefined && { base }) };
}

/** Works in a directory of its own, with the sources as they are now: somebody may be editing. */
async function inWorkshop(
  progress: Progress,
  signal: AbortSignal,
  work: (workshop: Workshop) => Promise<void>,
): Promise<void> {
  const prepared = async (scratch: string): Promise<void> => {
    const sources = join(scratch, "sources");
    await cp(buildInputs.images, sources, { recursive: true });
    await work({ scratch, sources, signal });
  };
  await withLock(
    cacheDir(),
    "builds images",
    progress,
    async () => {
      await removeAbandoned();
      await withScratch("images", prepared);
    },
    signal,
  );
}

function postgresText(version: string, { pgdg }: Variant): string {
  const [major = ""] = version.split(".");
  const source = pgdg ? "apt.postgresql.org" : `Debian ${debian.release}`;
  return `PostgreSQL ${major} (${source}): it runs on data and backups of major version ${major} alone; the start refuses others\n`;
}

function settingsPath(stack: string): string {
  return join(projectRoot, `Pulumi.${stack}.yaml`);
}

/** Image → where it can be had, by digest. */
type Places = Record<string, string>;

async function save(
  builder: Builder,
  workshop: Workshop,
  made: readonly MadeImage[],
  { directory, bundles }: { directory: string; bundles: Bundles },
  progress: Progress,
): Promise<Places> {
  const { images } = await progress.step("Archives", (detail) =>
    saveImages(builder, workshop, made, { directory, programs: programsHash(bundles) }, detail),
  );
  return Object.fromEntries(Object.entries(images).map(([name, { digest }]) => [name, digest]));
}

async function pushAll(
  builder: Builder,
  made: readonly MadeImage[],
  { registry, images }: Push,
  progress: Progress,
): Promise<Places> {
  const places: Places = {};
  const time = pushTime(new Date());
  for (const { name, reference, id } of made.filter((each) => images.some((name) => name === each.name))) {
    const repository = `${registry}/lstm-pfd-${name}`;
    const destination = `${repository}:${time}-${id.slice(0, 12)}`;
    const digest = await progress.step(`Push ${repository}`, async () => {
      try {
        return await builder.push(reference, destination);
      } catch (error) {
        throw pushProblem(error, destination, builder.name);
      }
    });
    places[name] = `${repository}@${digest}`;
  }
  return places;
}

/**
 * A time as it stands in tags. Each run has tags of its own, because a registry whose tags are immutable, as ECR's can be, refuses
 * one that it has with the same image too: a run that was interrupted could never be repeated.
 */
function pushTime(now: Date): string {
  return now.toISOString().replace(/[-:]|\.\d+/g, "");
}

function table(made: readonly MadeImage[], places: Places): string {
  const rows = made.map(({ name, contents }) => [name, contentsText(contents), places[name] ?? ""]);
  const widths = [0, 1].map((at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map((row) => `${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ")}\n`).join("");
}

/** Writes digests into the stack's file. @returns what a person is told of it */
function writeDigests({ stack, images, application }: Push, places: Places): string {
  const values = Object.fromEntries(images.map((name) => [imageKeys[name], places[name] ?? ""]));
  const written = writeSettings(settingsPath(stack), values);
  const file = `Pulumi.${stack}.yaml`;
  const lines = Object.entries(values).map(([key, value]) => `  lstm-pfd:${key}: ${value}\n`);
  const stays =
    application === undefined
      ? ""
      : `imageApplication stays ${application}: the application is built by its owners; --stand-in runs the stand-in in its place\n`;
  return `${file}: ${written ? "written" : "holds these already, and was not touched"}\n${lines.join("")}${stays}`;
}
