import type { OutputMap } from "@pulumi/pulumi/automation";
import { withKubectl } from "./withKubectl";

/** Long enough for a busy API server, short enough for a person who waits. */
const ANSWER_MS = 20_000;

/**
 * Whether the cluster of a platform answers to who asks. Only an API server that takes the credentials counts: what it refuses
 * to show is not lost.
 * @param outputs of the platform's stack
 * @returns undefined when it does; otherwise why not, or that the outputs tell no cluster
 */
export async function noAnswer(outputs: OutputMap, signal: AbortSignal): Promise<string | undefined> {
  try {
    await withKubectl(outputs, signal, (kubectl) =>
      kubectl.call(["get", "--raw=/api"], { timeoutMs: ANSWER_MS }),
    );
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    return (error as Error).message;
  }
}
