import { choice, integer, portRule, text } from "../key";
import { resourceNameRule } from "./rules";

/** Where the platform runs. */
export const clusterKeys = {
  cluster: choice(["embedded", "kubeconfig", "eks"], {
    default: "embedded",
    description:
      "Where the platform runs: a cluster made on this machine, one that a kubeconfig leads to, or one made at AWS.",
  }),
  siteName: text({
    default: "site-a",
    rule: resourceNameRule,
    description: "Name of the embedded cluster; its network namespace is lpfd-<name>.",
  }),
  apiPort: integer({
    default: 16443,
    rule: portRule,
    description: "Port on 127.0.0.1 for the API server of the embedded cluster.",
  }),
  kubeconfig: text({ description: "Path of the kubeconfig, for cluster = kubeconfig." }),
  storageClass: text({ description: "StorageClass of the volumes; empty for the cluster's default." }),
};
