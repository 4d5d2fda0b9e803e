import { type PlatformImage, platformImages } from "../images/build/definitions";
import { isOlder, podIdentitySince } from "../images/build/postgresSource";
import { type Options, UsageError } from "./commandLine";

/** Configuration key of each image of the platform. */
export const imageKeys = {
  application: "imageApplication",
  operations: "imageOperations",
  postgres: "imagePostgres",
  redis: "imageRedis",
} as const satisfies Record<PlatformImage, string>;

/** Where images are pushed, and for which stack. */
export interface Push {
  /** Host and path, without a slash at the end. */
  registry: string;
  stack: string;
  /** Images that are pushed. */
  images: readonly PlatformImage[];
  /** What the stack's file names as the application, where that is no stand-in: it stays. */
  application?: string;
  /** Oldest pgBackRest that knows the stack's settings, where that is not what everybody has. */
  pgbackrestSince?: string;
}

type Asked = Pick<Options, "push" | "save" | "stack" | "base" | "postgres" | "standIn">;

/**
 * Checks what the command `images` was asked for.
 * @param settings reads the file of a stack in the checkout: key without namespace → value; nothing where there is no file
 * @returns what is pushed; nothing where images are saved alone
 * @throws UsageError
 */
export function imagesPlan(
  { push, save, stack, base, postgres, standIn }: Asked,
  settings: (stack: string) => Readonly<Record<string, string>> | undefined,
): Push | undefined {
  if (push === undefined && save === undefined)
    throw new UsageError("say what becomes of the images: --push REGISTRY, --save DIR, or both");
  if (save === "") throw new UsageError("--save: is empty; name a directory");
  checkBase(base);
  checkPostgres(postgres);
  if (push === undefined) {
    if (standIn)
      throw new UsageError(
        "--stand-in is about a stack's file, which --push writes; saved images hold it anyway",
      );
    return undefined;
  }
  const registry = checkedRegistry(push);
  const given = settings(stack);
  if (given === undefined)
    throw new UsageError(
      `--push writes digests into Pulumi.${stack}.yaml, which does not exist: name the platform's stack by --stack`,
    );
  const cluster = given["cluster"] ?? "embedded";
  if (cluster === "embedded")
    throw new UsageError(
      `--push is for a cluster that pulls images, and that of stack ${stack} is embedded: name another one by --stack, or use --save DIR and give that to its commands by --images DIR`,
    );
  const application = given["imageApplication"] ?? "";
  const stays = !standIn && application !== "" && !/(?:^|\/)lstm-pfd-application[:@]/.test(application);
  return {
    registry,
    stack,
    images: platformImages.filter((name) => name !== "application" || !stays),
    ...(stays && { application }),
    ...(cluster === "eks" && postgres !== "debian" && { pgbackrestSince: podIdentitySince }),
  };
}

function checkedRegistry(push: string): string {
  if (push.includes("@"))
    throw new UsageError(
      `--push takes a registry and no credentials: log in by "buildah login" or "docker login" beforehand`,
    );
  const registry = push.replace(/\/+$/, "");
  const component = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
  const host = "(?:localhost|[a-z0-9-]+(?:\\.[a-z0-9-]+)+|[a-z0-9-]+(?=:))(?::\\d+)?";
  if (!new RegExp(`^${host}(?:/${component})*$`).test(registry))
    throw new UsageError(
      `--push ${push}: must be a registry's host and perhaps a path, in small letters and without https:// or a tag, as in registry.example.com/team`,
    );
  return registry;
}

function checkBase(base: string | undefined): void {
  if (base !== undefined && !/^[a-z0-9.-]+(?::\d+)?\/[a-z0-9._/-]+@sha256:[0-9a-f]{64}$/.test(base))
    throw new UsageError(
      `--base ${base}: must be the full name of an image with its digest, as in docker.io/library/node@sha256:…, so that a rebuild stands on the same`,
    );
}

function checkPostgres(postgres: string | undefined): void {
  if (postgres !== undefined && postgres !== "debian" && !/^1[3-9]$|^[2-9]\d$/.test(postgres))
    throw new UsageError(`--postgres ${postgres}: must be a major version, as in 17, or debian`);
}

/**
 * Refuses a pgBackRest that does not know the settings of a stack.
 * @param has its version; @param why where it comes from, for the message
 * @throws Error before anything was pushed
 */
export function checkPgbackrest(push: Push | undefined, has: string, why: string): void {
  const since = push?.pgbackrestSince;
  if (push === undefined || since === undefined || !isOlder(has, since)) return;
  throw new Error(
    `stack ${push.stack} is on EKS, where pgBackRest takes its credentials from Pod Identity (repo1-s3-key-type=pod-id), which it knows from ${since} on, and ${why}: no restore and no backup would run. Nothing was pushed. Run this where apt.postgresql.org is reached; --postgres debian pushes nevertheless`,
  );
}
