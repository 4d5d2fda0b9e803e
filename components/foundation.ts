import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config";
import type { Entrance } from "../plan/entrance";
import type { ProductionPlan } from "../plan/productionValues";
import { awsPlatform } from "./aws/awsPlatform";
import { awsPlatformArgs, productionPlan } from "./aws/fromConfig";
import { blockStorageClass, sharedStorageClass } from "./aws/storage";
import { CertManager } from "./certManager";
import { Cluster } from "./cluster";
import { certManagerArgs, clusterArgs, entranceOf, ingressArgs } from "./fromConfig";
import { Ingress } from "./ingress";
import type { VolumesArgs } from "./volumes";

/** What the application stands on, wherever that is. */
export interface Foundation {
  /** Provider of all that is in the cluster. */
  provider: k8s.Provider;
  kubeconfig: pulumi.Output<string>;
  /** What volumes and pods must wait for. */
  ready: pulumi.Resource[];
  /** What the application must wait for besides: its data can come back meanwhile. */
  serving: pulumi.Resource[];
  volumes: Pick<VolumesArgs, "databaseStorageClass" | "checkpointsStorageClass" | "checkpointsAccess">;
  /** How the world gets in, where it does. */
  entrance: Entrance | undefined;
  /** How the application's pods scale, where the foundation has room. */
  production: ProductionPlan | undefined;
}

/** The cluster of the configuration, with all that it must have before the application. */
export function foundation(config: Config): Foundation {
  const { cluster, storageClass } = config;
  const entrance = entranceOf(config);
  if (cluster.kind !== "eks") {
    const { provider, kubeconfig } = new Cluster("cluster", clusterArgs(cluster));
    const volumes = { databaseStorageClass: storageClass, checkpointsStorageClass: storageClass };
    const serving =
      entrance === undefined
        ? []
        : [
            new Ingress("ingress", ingressArgs(config), { provider }),
            new CertManager("cert-manager", certManagerArgs(config), { provider }),
          ];
    return { provider, kubeconfig, ready: [], serving, volumes, entrance, production: undefined };
  }
  const { kubernetes, kubeconfig, ready, serving } = awsPlatform(awsPlatformArgs(config));
  return {
    provider: kubernetes,
    kubeconfig,
    ready,
    serving,
    volumes: {
      databaseStorageClass: blockStorageClass,
      checkpointsStorageClass: sharedStorageClass,
      checkpointsAccess: "ReadWriteMany",
    },
    entrance,
    production: productionPlan(config),
  };
}
