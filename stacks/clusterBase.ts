import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config/config";
import type { IngressEndpoint } from "../plan/ingressEndpoint";
import type { ProductionPlan } from "../plan/productionValues";
import { awsPlatform } from "./awsClusterBase";
import { awsPlatformArgs, productionPlan } from "./awsArguments";
import { CertManager } from "../components/certManager";
import { Cluster } from "./cluster";
import { certManagerArgs, clusterArgs, ingressEndpointOf, ingressArgs } from "./arguments";
import { Ingress } from "../components/ingress";
import type { VolumesArgs } from "../components/volumes";
import { names } from "../plan/names";

/** What the application stands on, wherever that is. */
export interface ClusterBase {
  /** Provider of all that is in the cluster. */
  provider: k8s.Provider;
  kubeconfig: pulumi.Output<string>;
  /** What volumes and pods must wait for. */
  ready: pulumi.Resource[];
  /** What the application must wait for besides: its data can come back meanwhile. */
  serving: pulumi.Resource[];
  volumes: Pick<VolumesArgs, "databaseStorageClass" | "checkpointsStorageClass" | "checkpointsAccess">;
  /** How the world gets in, where it does. */
  ingressEndpoint: IngressEndpoint | undefined;
  /** How the application's pods scale, where the cluster has room. */
  production: ProductionPlan | undefined;
}

/** The cluster of the configuration, with all that it must have before the application. */
export function clusterBase(config: Config): ClusterBase {
  const { cluster, storageClass } = config;
  const ingressEndpoint = ingressEndpointOf(config);
  if (cluster.kind !== "eks") {
    const { provider, kubeconfig } = new Cluster("cluster", clusterArgs(cluster));
    const volumes = { databaseStorageClass: storageClass, checkpointsStorageClass: storageClass };
    const serving =
      ingressEndpoint === undefined
        ? []
        : [
            new Ingress("ingress", ingressArgs(config), { provider }),
            new CertManager("cert-manager", certManagerArgs(config), { provider }),
          ];
    return { provider, kubeconfig, ready: [], serving, volumes, ingressEndpoint, production: undefined };
  }
  const { kubernetes, kubeconfig, ready, serving } = awsPlatform(awsPlatformArgs(config));
  return {
    provider: kubernetes,
    kubeconfig,
    ready,
    serving,
    volumes: {
      databaseStorageClass: names.blockStorageClass,
      checkpointsStorageClass: names.sharedStorageClass,
      checkpointsAccess: "ReadWriteMany",
    },
    ingressEndpoint,
    production: productionPlan(config),
  };
}
