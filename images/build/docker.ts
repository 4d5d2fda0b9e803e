import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type CommandResult, run } from "../../lib/process";
import { type Builder, type BuildOptions, imageId, type Workshop } from "./builder";

/**
 * Docker, with the images of its daemon.
 * @param fromNothing uses no layer of earlier builds @default false
 */
export function dockerBuilder({ scratch, signal }: Workshop, fromNothing = false): Builder {
  const docker = (args: readonly string[], onLine?: (line: string) => void): Promise<CommandResult> =>
    run("docker", args, {
      // Attestations would make an index of each image, with another digest for each build.
      env: { ...process.env, BUILDX_NO_DEFAULT_ATTESTATIONS: "1" },
      signal,
      ...(onLine && { onLine }),
    });
  return {
    name: "docker",
    session: async (detail, builds) => {
      if (fromNothing) detail("docker uses no layer of earlier builds");
      await builds();
    },
    idOf: async (reference) =>
      imageId((await docker(["image", "ls", "--quiet", "--no-trunc", reference])).stdout),
    build: async (context, options) => {
      await docker([...buildArguments(options, fromNothing), context], options.onLine);
    },
    run: async (reference, script) => {
      const { stdout } = await docker(["run", "--rm", "--network=none", reference, "sh", "-c", script]);
      return stdout;
    },
    push: async (reference, destination) => {
      await docker(["tag", reference, destination]);
      return pushedDigest((await docker(["push", destination])).stdout, destination);
    },
    writeLayout: async (references, layout, detail) => {
      const archive = join(scratch, "docker.tar");
      detail(`writing ${references.join(", ")}`);
      await docker(["save", "--output", archive, ...references]);
      await run("tar", ["-xf", archive, "-C", layout], { signal });
      await rm(archive);
      if (!existsSync(join(layout, "index.json")))
        throw new Error(
          `"docker save" of this Docker writes no OCI layout: Docker 25 and newer do, and so does buildah as root`,
        );
    },
  };
}

function buildArguments(
  { reference, arguments: values = {}, target, pull = false }: BuildOptions,
  fromNothing: boolean,
): string[] {
  return [
    ...["build", ...(pull ? ["--pull"] : [])],
    ...(fromNothing ? ["--no-cache"] : []),
    ...Object.entries(values).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]),
    ...(target === undefined ? [] : ["--target", target]),
    ...["--tag", reference],
  ];
}

/**
 * The digest in the last line that `docker push` prints.
 * @throws Error when it prints none
 */
export function pushedDigest(output: string, destination: string): string {
  const [, digest] = /\bdigest: (sha256:[0-9a-f]{64})\b/.exec(output) ?? [];
  if (digest === undefined)
    throw new Error(`docker pushed ${destination} and printed no digest: it is not known what is there`);
  return digest;
}
