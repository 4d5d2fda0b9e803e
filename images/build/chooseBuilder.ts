import { findCommand } from "../../lib/installedCommand";
import { run } from "../../lib/process";
import { buildahBuilder } from "./buildah";
import type { Builder, Workshop } from "./builder";
import { dockerBuilder } from "./docker";

const DOCKER_ANSWERS_MS = 15_000;

/** What decides which program builds. */
export interface AtHand {
  platform: string;
  architecture: string;
  root: boolean;
  buildah: boolean;
  mmdebstrap: boolean;
  /** Silent: the command is there, its daemon does not answer. Plain: it lacks buildx, without which it builds by an old way. */
  docker: "answers" | "plain" | "silent" | "absent";
}

/**
 * Which program builds: buildah where it can, since it asks nobody, otherwise Docker.
 * @param ownBase whether a base is made of Debian's packages, not taken from a registry
 * @returns its name, or what is wrong and what to do, in words
 */
export function pickBuilder(atHand: AtHand, ownBase: boolean): Builder["name"] | { problem: string } {
  const { platform, architecture, root, buildah, mmdebstrap, docker } = atHand;
  if (platform !== "linux" || architecture !== "x64")
    return {
      problem: `images are built on Linux on x86-64, which they are for; this is ${platform} on ${architecture}`,
    };
  const canMakeBase = !ownBase || (root && mmdebstrap);
  if (root && buildah && canMakeBase) return "buildah";
  if (docker === "answers" && canMakeBase) return "docker";
  const packages = [...(buildah ? [] : ["buildah"]), ...(mmdebstrap || !ownBase ? [] : ["mmdebstrap"])];
  const todo = [
    ...(root ? [] : ["run this as root"]),
    ...(packages.length === 0
      ? []
      : [`install ${packages.join(" and ")} (apt-get install ${packages.join(" ")})`]),
  ];
  const instead = ownBase
    ? "or have Docker running and name an image to stand on, as in --base docker.io/library/node@sha256:…"
    : "or have Docker running";
  const state = {
    answers: "",
    plain: "; Docker lacks its plugin buildx",
    silent: "; Docker's daemon does not answer",
    absent: "; there is no Docker",
  };
  return {
    problem: `nothing at hand can build the images${state[docker]}: ${todo.join(", and ")}, ${instead}`,
  };
}

/**
 * The builder that this machine has. Touches nothing.
 * @throws Error that says what to install
 */
export async function chooseBuilder(ownBase: boolean): Promise<Builder["name"]> {
  const picked = pickBuilder(
    {
      platform: process.platform,
      architecture: process.arch,
      root: process.geteuid?.() === 0,
      buildah: findCommand("buildah") !== undefined,
      mmdebstrap: findCommand("mmdebstrap") !== undefined,
      docker: await dockerState(),
    },
    ownBase,
  );
  if (typeof picked === "string") return picked;
  throw new Error(picked.problem);
}

async function dockerState(): Promise<AtHand["docker"]> {
  if (findCommand("docker") === undefined) return "absent";
  try {
    await run("docker", ["version", "--format", "{{.Server.Version}}"], { timeoutMs: DOCKER_ANSWERS_MS });
  } catch {
    return "silent";
  }
  try {
    await run("docker", ["buildx", "version"], { timeoutMs: DOCKER_ANSWERS_MS });
    return "answers";
  } catch {
    return "plain";
  }
}

/**
 * A builder by its name.
 * @param fromNothing uses no layer of an earlier build
 */
export function builderOf(name: Builder["name"], workshop: Workshop, fromNothing: boolean): Builder {
  return { buildah: buildahBuilder, docker: dockerBuilder }[name](workshop, fromNothing);
}
