import * as pulumi from "@pulumi/pulumi";
import { CLUSTER_FILE_VARIABLE, writeClusterFile } from "../lib/clusterFile";

/**
 * Tells whoever started this program, and asked for it by a variable of the environment, how the cluster is reached: as soon as
 * its namespace is there. The stack's outputs are told only in the end, and who watches the pods cannot wait for that.
 */
export function tellCluster(kubeconfig: pulumi.Input<string>, namespace: pulumi.Input<string>): void {
  const path = process.env[CLUSTER_FILE_VARIABLE] ?? "";
  if (path === "" || pulumi.runtime.isDryRun()) return;
  const stack = pulumi.getStack();
  pulumi.all([kubeconfig, namespace]).apply(([kubeconfig, namespace]) => {
    writeClusterFile(path, { stack, kubeconfig, namespace });
  });
}
