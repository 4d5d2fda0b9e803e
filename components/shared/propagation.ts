import { setTimeout as sleep } from "node:timers/promises";
import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";

/**
 * Seconds that a new key gets before it is used. AWS needs a few at most times.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/accessing-kms.html#programming-eventual-consistency
 */
const seconds = 15;

/**
 * Hook for what is used by others a moment after it was made, and which AWS does not know everywhere by then: they wait. Not for
 * roles and their policies: the AWS provider repeats what refuses a new one, for two minutes (clusters, associations of Pod
 * Identity, bucket policies, policies of keys). It does not repeat what refuses a new key (terraform-provider-aws#49247).
 * @param what names it, as in "key of the cluster's Secrets"
 */
export function awaitPropagation(name: string, what: string): pulumi.ResourceHook {
  // The engine calls back outside the program, where an inline program would not find its own engine again.
  const wait = AsyncResource.bind(async () => {
    void pulumi.log.info(`${what}: waiting ${seconds} s until AWS knows it everywhere`);
    await sleep(seconds * 1000);
  });
  return new pulumi.ResourceHook(`propagation-${name}`, wait);
}
