import type * as aws from "@pulumi/aws";
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { CertManager } from "../components/certManager";
import type { Ingress } from "../components/ingress";
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

/** Hosted zone at Route 53. */
export interface DnsZone {
  zoneId: string;
  /** Region of the site's load balancer. */
  region: string;
  provider: aws.Provider;
}

/** What a platform stands on, wherever that is. */
export interface ClusterBase {
  /** Provider of all that is in the cluster. */
  provider: k8s.Provider;
  kubeconfig: pulumi.Output<string>;
  /** What volumes and pods must wait for. */
  ready: pulumi.Resource[];
  /** What the application must wait for besides: its data can come back meanwhile. Undefined where no host is named. */
  ingress: Ingress | undefined;
  /** Zone whose record leads clients to this site, once that is proven; undefined where it is changed by hand. */
  dns: DnsZone | undefined;
  /** What only the verification must wait for: pods start without a certificate, clients do not get in without one. */
  certManager: CertManager | undefined;
  images: PlatformImages;
  storage: PlatformStorage;
  /** How the application's pods scale, where the cluster has room. */
  production: ProductionPlan | undefined;
}
