import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../../lib/process";

/** One image of an OCI layout. */
interface Manifest {
  digest?: string;
  annotations?: Record<string, string>;
}

/** The part of an OCI image index that matters here. */
export interface OciIndex {
  manifests: Manifest[];
}

/** The annotation that containerd takes a full image name from; it would put a prefix before the other one. */
const FULL_NAME = "io.containerd.image.name";

/** The annotation for a name by the OCI's specification. */
const NAME = "org.opencontainers.image.ref.name";

/** Full name of an image; `docker save` leaves but the tag in the other annotation. */
function nameOf({ annotations = {} }: Manifest): string | undefined {
  return annotations[FULL_NAME] ?? annotations[NAME];
}

/**
 * Gives the images of an index their full names, where containerd looks for them too.
 * @param rename full name and digest → full name @default as it is
 */
export function withImageNames(
  index: OciIndex,
  rename: (name: string, digest: string) => string = (name) => name,
): OciIndex {
  return {
    ...index,
    manifests: index.manifests.map((manifest) => {
      const name = nameOf(manifest);
      if (name === undefined) return manifest;
      const renamed = rename(name, manifest.digest ?? "");
      return {
        ...manifest,
        annotations: { ...manifest.annotations, [NAME]: renamed, [FULL_NAME]: renamed },
      };
    }),
  };
}

/** Names the images in an OCI layout, as {@link withImageNames} does. @returns full name → digest of the manifest */
export async function nameImages(
  layout: string,
  rename?: (name: string, digest: string) => string,
): Promise<Record<string, string>> {
  const path = join(layout, "index.json");
  const index = withImageNames(JSON.parse(await readFile(path, "utf8")) as OciIndex, rename);
  await writeFile(path, JSON.stringify(index));
  return digestsOf(index);
}

/** Full name → digest of the manifest. */
export function digestsOf({ manifests }: OciIndex): Record<string, string> {
  return Object.fromEntries(
    manifests.flatMap((manifest) => {
      const name = nameOf(manifest);
      return name === undefined ? [] : [[name, manifest.digest ?? ""]];
    }),
  );
}

/** Makes one archive of an OCI layout. */
export async function archiveLayout(layout: string, archive: string, signal: AbortSignal): Promise<void> {
  // The same images make the same bytes.
  const same = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--format=ustar"];
  await run("tar", [...same, "-cf", archive, "-C", layout, "."], { signal });
}

/**
 * The index in an archive that {@link archiveLayout} made.
 * @throws CommandError when it holds none
 */
export async function indexIn(archive: string, signal: AbortSignal): Promise<OciIndex> {
  const { stdout } = await run("tar", ["-xOf", archive, "./index.json"], { signal });
  return JSON.parse(stdout) as OciIndex;
}
