import { findClientTools } from "@lstm-pfd/local-cloud/toolchain";
import { reasonOf } from "../lib/failure";
import type { SavedSecret } from "../plan/savedSecrets";
import { type PlatformFacts, type Read, read, unknown } from "../plan/status/facts";
import { platformAnswers, platformRemedy } from "./platformAnswers";
import { stackOutputs } from "./stack";
import { withKubectl } from "./withKubectl";

/** Longest that all of it may take: who asks whether a system is safe does not wait for one that is gone. */
const LIMIT_MS = 20_000;

/**
 * Asks the living platform of a stack for what only that knows, where this machine has the engine's tools. Nothing is obtained
 * or built for it, nothing is changed, and it ends in a bounded time.
 * @param kept what cert-manager wrote, as the kit holds it; undefined where that is not known
 */
export async function askPlatform(
  stack: string,
  kept: readonly SavedSecret[] | undefined,
  outer: AbortSignal,
): Promise<Read<PlatformFacts>> {
  const limit = AbortSignal.timeout(LIMIT_MS);
  const signal = AbortSignal.any([outer, limit]);
  try {
    const toolchain = await untilAborted(findClientTools(), signal);
    if (toolchain === undefined)
      return { state: "not asked", why: "the engine's tools are not on this machine (npm run toolchain)" };
    const outputs = await untilAborted(stackOutputs({ toolchain, plugins: { path: [] } }, stack), signal);
    if (outputs?.["kubeconfig"] === undefined)
      return { state: "not asked", why: `stack ${stack} has no cluster, by its state` };
    const namespace = String(outputs["namespace"]?.value);
    return read(await withKubectl(outputs, signal, (kubectl) => platformAnswers(kubectl, namespace, kept)));
  } catch (error) {
    outer.throwIfAborted();
    return unknown(limit.aborted ? `no answer within ${LIMIT_MS / 1000} s` : reasonOf(error), platformRemedy);
  }
}

/** The engine's own commands know no signal. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener(
      "abort",
      () => {
        reject(signal.reason as Error);
      },
      { once: true },
    );
  });
  return Promise.race([work, aborted]);
}
