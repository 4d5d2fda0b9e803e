import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { chmod, mkdir, rename } from "node:fs/promises";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { runContained } from "../../lib/contained";
import type { OfficialRelease } from "./tools";

const PROBE_MS = 3000;
const CHECKSUM_MS = 30_000;
const DOWNLOAD_MS = 15 * 60_000;

/** A download whose bytes are not the ones that were published. The file is not used. */
export class ChecksumError extends Error {
  constructor(url: string, expected: string, actual: string) {
    super(
      `${url} does not have its published checksum (expected ${expected}, got ${actual}), so it is not used. ` +
        "Something between here and there changes downloads, or the release was replaced.",
    );
    this.name = "ChecksumError";
  }
}

/**
 * Asks each host once, all at the same time, whether it answers at all.
 * @returns the origins that did within 3 s
 */
export async function reachableOrigins(urls: readonly string[]): Promise<ReadonlySet<string>> {
  const origins = [...new Set(urls.map((url) => new URL(url).origin))];
  const answers = await Promise.all(origins.map(answers3s));
  return new Set(origins.filter((_origin, index) => answers[index]));
}

async function answers3s(origin: string): Promise<boolean> {
  try {
    await fetch(origin, { method: "HEAD", redirect: "manual", signal: AbortSignal.timeout(PROBE_MS) });
    return true;
  } catch {
    return false;
  }
}

/**
 * Downloads an official release, checks it, and puts its executables into a directory.
 * @throws ChecksumError when it is not what was published; Error when it cannot be obtained
 */
export async function fetchRelease(
  release: OfficialRelease,
  directory: string,
  scratch: string,
  signal: AbortSignal,
): Promise<void> {
  const name = basename(new URL(release.url).pathname);
  const file = join(scratch, name);
  const sums = await download(release.checksumUrl, CHECKSUM_MS, signal).then((answer) => answer.text());
  const expected = publishedChecksum(sums, name);
  if (!expected) throw new Error(`${release.checksumUrl} has no checksum for ${name}`);
  const { body } = await download(release.url, DOWNLOAD_MS, signal);
  if (!body) throw new Error(`${release.url} answered with nothing`);
  await pipeline(Readable.fromWeb(body as ReadableStream), createWriteStream(file));
  const actual = await digest(file, release.algorithm);
  if (actual !== expected) throw new ChecksumError(release.url, expected, actual);
  await unpack(release, file, directory, scratch, signal);
}

async function download(url: string, limitMs: number, signal: AbortSignal): Promise<Response> {
  const answer = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(limitMs)]) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return answer;
}

/** The checksum of one file: from a list of `checksum  name`, or the only word of the text. */
export function publishedChecksum(text: string, name: string): string | undefined {
  const lines = text
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/));
  const [only] = lines;
  if (lines.length === 1 && only?.length === 1) return only[0]?.toLowerCase();
  const line = lines.find(([, file]) => file !== undefined && basename(file.replace(/^\*/, "")) === name);
  return line?.[0]?.toLowerCase();
}

async function digest(file: string, algorithm: string): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

async function unpack(
  release: OfficialRelease,
  file: string,
  directory: string,
  scratch: string,
  signal: AbortSignal,
): Promise<void> {
  if (!release.members) {
    await placeExecutables([file], directory);
    return;
  }
  const unpacked = join(scratch, "unpacked");
  await mkdir(unpacked);
  await runContained("tar", ["-xzf", file, "-C", unpacked, "--no-same-owner", ...release.members], {
    signal,
  });
  await placeExecutables(
    release.members.map((member) => join(unpacked, member)),
    directory,
  );
}

/** Moves files into a directory under their own names, executable. */
export async function placeExecutables(files: readonly string[], directory: string): Promise<void> {
  for (const file of files) {
    const target = join(directory, basename(file));
    await rename(file, target);
    await chmod(target, 0o755);
  }
}
