import { existsSync } from "node:fs";
import { join } from "node:path";
import { NothingToAsk } from "../automation/doctor/ask";
import { stackOutputs } from "../automation/stack";
import { readKubeconfig } from "../config/kubeconfigFile";
import { configKeys } from "../config/schema";
import { reasonOf } from "../lib/failure";
import { stateDir } from "../lib/paths";
import type { Options } from "./commandLine";
import { prepareEngine } from "./prepare";
import type { StackPlan } from "./stackPlan";

/** How the cluster of a platform is reached. */
export interface DoctorSite {
  /** Text of the kubeconfig. */
  kubeconfig: string;
  namespace: string;
  /** Texts that its stack keeps secret. */
  secrets: string[];
  /** Why it was found without the state of its stack; undefined where that has told it. */
  withoutState?: string;
  /** The stack was never brought up by this machine, as far as that knows. */
  stateIsElsewhere: boolean;
}

/**
 * Finds the cluster of a stack: by its outputs, and where those cannot be had by the kubeconfig of its configuration, so that a state
 * that is away keeps nobody from the cluster. Makes nothing.
 * @throws NothingToAsk when there is neither; Error with the reason why the outputs cannot be had
 */
export async function findSite(
  options: Pick<Options, "plugins" | "images">,
  { platform }: StackPlan,
  signal: AbortSignal,
): Promise<DoctorSite> {
  const { config, stack } = platform;
  const given = config["cluster"] === "kubeconfig" ? (config["kubeconfig"] ?? "") : "";
  const ofConfiguration = (error: unknown): DoctorSite => ({
    kubeconfig: readKubeconfig(given),
    namespace: config["namespace"] ?? String(configKeys.namespace.default),
    secrets: [],
    withoutState: reasonOf(error),
    stateIsElsewhere: error instanceof NothingToAsk,
  });
  try {
    return await ofOutputs(options, stack, signal);
  } catch (error) {
    if (given !== "") return ofConfiguration(error);
    if (error instanceof NothingToAsk) throw error;
    throw new Error(`the outputs of stack ${stack} cannot be had: ${reasonOf(error)}`);
  }
}

async function ofOutputs(
  options: Pick<Options, "plugins" | "images">,
  stack: string,
  signal: AbortSignal,
): Promise<DoctorSite> {
  const none = `stack ${stack} was never brought up, as far as this machine knows: "npm run up", or PULUMI_BACKEND_URL where its state is elsewhere`;
  // The engine would make a directory for a state that is not there.
  if (process.env["PULUMI_BACKEND_URL"] === undefined && !existsSync(join(stateDir(), "pulumi", "state")))
    throw new NothingToAsk(none);
  const { engine } = await prepareEngine(options, { embedded: false }, signal);
  const outputs = await stackOutputs(engine, stack);
  if (outputs === undefined) throw new NothingToAsk(none);
  const [kubeconfig, namespace] = [outputs["kubeconfig"]?.value, outputs["namespace"]?.value] as unknown[];
  if (typeof kubeconfig !== "string" || typeof namespace !== "string")
    throw new Error(`its "up" has never succeeded, or it was removed: there is no kubeconfig among them`);
  const secrets = Object.entries(outputs)
    .filter(([name, { secret }]) => secret && name !== "kubeconfig")
    .flatMap(([, { value }]) => textsIn(value));
  return { kubeconfig, namespace, secrets, stateIsElsewhere: false };
}

/** Texts anywhere in a value; short ones are words, and no secrets. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return value.length >= 8 ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
