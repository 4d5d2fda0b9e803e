import type { Stack } from "@pulumi/pulumi/automation";
import { noAnswer } from "./clusterAnswer";
import { refusedRemoval } from "./removalText";
import { clusterGoesWith, hasClusterObjects, stackResources } from "./stackResources";

/**
 * Refuses to remove a platform from a cluster that does not answer: it would run on without an owner. A cluster that the stack has
 * made on this machine goes with it, answer or not. Nothing is touched.
 * @param clusterIsGone a person says that it never will answer
 * @throws Error with what to do; also when the cluster answers although it is said to be gone
 */
export async function refuseUnanswered(
  stack: Stack,
  clusterIsGone: boolean,
  signal: AbortSignal,
): Promise<void> {
  if (!hasClusterObjects(await stackResources(stack)) || (await clusterGoesWith(stack))) return;
  const outputs = await stack.outputs();
  // The first "up" has not come to its end: whether the cluster answers is for the provider to find out, which refuses then.
  if (!("kubeconfig" in outputs)) return;
  const reason = await noAnswer(outputs, signal);
  const refusal = refusedRemoval(stack.name, reason, clusterIsGone);
  if (refusal !== undefined) throw new Error(refusal);
}
