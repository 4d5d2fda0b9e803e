import type { ProviderDefinition } from "../framework/provider";
import { openCluster, type Cluster } from "./cluster";
import { releaseHandler } from "./helm/releaseHandler";
import { kindOf } from "./kinds";
import { objectHandler } from "./objectHandler";
import { checkSettings, diffSettings, settingsOf } from "./settings";

let open: Cluster | undefined;

/** Objects of a Kubernetes cluster, one by one, and Helm releases. */
export const kubernetes: ProviderDefinition<Cluster> = {
  name: "kubernetes",
  version: "4.32.0",
  checkConfiguration: checkSettings,
  diffConfiguration: diffSettings,
  configure(inputs) {
    open = openCluster(settingsOf(inputs));
    return open;
  },
  handler(type, cluster) {
    if (type === "kubernetes:helm.sh/v3:Release") return releaseHandler(cluster);
    const kind = kindOf(type);
    return kind && objectHandler(kind, cluster);
  },
  close() {
    open?.close();
  },
};
