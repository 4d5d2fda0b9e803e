import { renameSync, writeFileSync } from "node:fs";

/** Environment variable with the path of the file in which a running program tells of its cluster. */
export const CLUSTER_FILE_VARIABLE = "LSTM_PFD_CLUSTER_FILE";

/** How to reach the cluster of a stack whose `up` is still running. */
export interface RunningCluster {
  stack: string;
  /** Content of the kubeconfig, which may hold keys. */
  kubeconfig: string;
  namespace: string;
}

/** Writes the file whole or not at all, readable by its owner alone. */
export function writeClusterFile(path: string, cluster: RunningCluster): void {
  const unfinished = `${path}.incoming`;
  writeFileSync(unfinished, JSON.stringify(cluster), { mode: 0o600 });
  renameSync(unfinished, path);
}
