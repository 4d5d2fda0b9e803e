import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { OutputMap } from "@pulumi/pulumi/automation";
import { withTemporaryDirectory } from "../lib/temporaryDirectory";
import { Kubectl } from "./kubectl";

/**
 * Works with kubectl on the cluster and the namespace of a platform. Its kubeconfig is on the disk meanwhile.
 * @param outputs of the platform's stack
 * @throws Error when the outputs tell no cluster, and what `work` throws
 */
export async function withKubectl<T>(
  outputs: OutputMap,
  signal: AbortSignal,
  work: (kubectl: Kubectl) => Promise<T>,
): Promise<T> {
  const [content, namespace] = [outputs["kubeconfig"]?.value, outputs["namespace"]?.value] as unknown[];
  if (typeof content !== "string" || typeof namespace !== "string")
    throw new Error(
      `the platform has no outputs "kubeconfig" and "namespace": its "up" has never succeeded; run it first`,
    );
  return withTemporaryDirectory("kubeconfig", async (directory) => {
    const kubeconfig = join(directory, "kubeconfig");
    await writeFile(kubeconfig, content, { mode: 0o600 });
    return work(new Kubectl({ kubeconfig, namespace, signal }));
  });
}
