import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runContained } from "../../lib/contained";
import type { Builder, Workshop } from "./builder";
import { debian } from "./debian";

/** What the other images stand on. */
export interface BaseImage {
  /** Full name on this machine. */
  reference: string;
  /** An image by digest. @default Debian's packages */
  published?: string | undefined;
  /** Whether it is made anew, with what packages are there now. @default false */
  fromNothing?: boolean | undefined;
}

/**
 * Provides the image that the others stand on, unless there is one of this name: Debian as `mmdebstrap` makes it, which needs
 * root, or an image of a registry.
 */
export async function buildBase(
  builder: Builder,
  workshop: Workshop,
  { reference, published, fromNothing }: BaseImage,
  detail: (text: string) => void,
): Promise<void> {
  if (!fromNothing && (await builder.idOf(reference)) !== undefined) return;
  const context = join(workshop.scratch, "base");
  await rm(context, { recursive: true, force: true });
  await mkdir(context);
  if (published === undefined) await bootstrap(workshop, join(context, "base.tar"), detail);
  const from =
    published === undefined ? 'FROM scratch\nADD base.tar /\nCMD ["bash"]\n' : `FROM ${published}\n`;
  await writeFile(join(context, "Dockerfile"), from);
  await builder.build(context, { reference, pull: published !== undefined });
  await rm(context, { recursive: true });
}

async function bootstrap(
  { scratch, signal }: Workshop,
  archive: string,
  detail: (text: string) => void,
): Promise<void> {
  // What Debian's slim images leave out too; dpkg keeps to it for packages that come later.
  const omitted = ["man", "info", "locale", "lintian", "doc"];
  const options = [
    ...omitted.map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`),
    "--dpkgopt=path-include=/usr/share/doc/*/copyright",
  ];
  await runContained("mmdebstrap", ["--variant=minbase", ...options, debian.release, archive], {
    env: { ...process.env, TMPDIR: scratch },
    signal,
    onLine: (line) => {
      if (line.startsWith("I: ")) detail(line.slice("I: ".length));
    },
  });
}
