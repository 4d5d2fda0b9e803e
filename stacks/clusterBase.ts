import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ProductionPlan } from "../plan/applicationValues";

/** Full references of the images of the platform. */
export interface PlatformImages {
  application: string;
  operations: string;
  postgres: string;
  redis: string;
}

/** StorageClasses, empty for the cluster's default, and how the checkpoints are mounted. */
export interface PlatformStorage {
  databaseClass: string;
  checkpointsClass: string;
  checkpointsAccess: "ReadWriteOnce" | "ReadWriteMany";
}

/** Storage where one StorageClass has to do for everything: checkpoints on a volume of one node. */
export function storageOfOneClass(storageClass: string): PlatformStorage {
  return { databaseClass: storageClass, checkpointsClass: storageClass, checkpointsAccess: "ReadWriteOnce" };
}

/** What a platform stands on, wherever that is. */
export interface ClusterBase {
  /** Provider of all that is in the cluster. */
  provider: k8s.Provider;
  kubeconfig: pulumi.Output<string>;
  /** What volumes and pods must wait for. */
  ready: pulumi.Resource[];
  /** What the application must wait for besides: its data can come back meanwhile. */
  ingress: pulumi.Resource[];
  /** What only the verification must wait for: pods start without a certificate, clients do not get in without one. */
  certificates: pulumi.Resource[];
  images: PlatformImages;
  storage: PlatformStorage;
  /** How the application's pods scale, where the cluster has room. */
  production: ProductionPlan | undefined;
}
