import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KubernetesApi } from "./api";
import { UnreachableError } from "./apiError";
import { Discovery } from "./discovery";
import type { Settings } from "./settings";

/** A cluster that the provider works on. */
export interface Cluster {
  settings: Settings;
  api: KubernetesApi;
  discovery: Discovery;
  /** Options of kubectl and helm that choose the cluster. */
  kubectlArgs: readonly string[];
  helmArgs: readonly string[];
  /** Only this user can read it; gone with the process. */
  directory: string;
  /** Whether the cluster answers now; asked once. */
  isReachable(): Promise<boolean>;
  /** Ends what runs, and removes the files. */
  close(): void;
}

/** Prepares the work on a cluster; nothing is asked of it yet. */
export function openCluster(settings: Settings): Cluster {
  const directory = mkdtempSync(join(tmpdir(), "pulumi-kubernetes-"));
  const file = settings.kubeconfig === undefined ? undefined : join(directory, "kubeconfig");
  if (file !== undefined) writeFileSync(file, settings.kubeconfig ?? "", { mode: 0o600 });
  const kubectlArgs = [
    ...(file === undefined ? [] : [`--kubeconfig=${file}`]),
    ...(settings.context === undefined ? [] : [`--context=${settings.context}`]),
    ...(settings.cluster === undefined ? [] : [`--cluster=${settings.cluster}`]),
  ];
  const helmArgs = [
    ...(file === undefined ? [] : [`--kubeconfig=${file}`]),
    ...(settings.context === undefined ? [] : [`--kube-context=${settings.context}`]),
  ];
  const api = new KubernetesApi(kubectlArgs, directory);
  let reachable: Promise<boolean> | undefined;
  return {
    settings,
    api,
    discovery: new Discovery(api),
    kubectlArgs,
    helmArgs,
    directory,
    isReachable() {
      reachable ??= api.request({ path: "/version" }).then(
        () => true,
        (error: unknown) => {
          // A server that refuses is there.
          return !(error instanceof UnreachableError);
        },
      );
      return reachable;
    },
    close() {
      api.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
