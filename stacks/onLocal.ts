import { identityArn } from "@lstm-pfd/local-cloud/object-store/identities";
import { ObjectStore as EmbeddedObjectStore, Site } from "@lstm-pfd/local-cloud/resources";
import { readManifest } from "@lstm-pfd/local-cloud/toolchain/manifest";
import * as pulumi from "@pulumi/pulumi";
import { CertManager } from "../components/certManager";
import { Cluster } from "../components/cluster";
import { Ingress } from "../components/ingress";
import { ObjectStore } from "../components/objectStore";
import type { DrawnKeys, RecoverySecrets } from "../components/recoverySecrets";
import type { Config } from "../config/config";
import type { AccessKey } from "../plan/accessKey";
import { certManagerChart } from "../plan/certManager";
import { ingressCharts } from "../plan/ingress";
import { vaultRoles } from "../plan/names";
import { type ClusterBase, storageOfOneClass } from "./clusterBase";
import { type BackupsLocation, vaultAtStore } from "./vaultAtStore";
import { certManagerArgs } from "./web";

/** A cluster that is made on this machine. It runs the images, and by default the charts, of the toolchain. */
export function clusterBaseOnLocal(
  config: Config,
  cluster: Extract<Config["cluster"], { kind: "embedded" }>,
): ClusterBase {
  const { images, versions } = readManifest();
  const site = new Site(
    "cluster",
    {
      name: cluster.name,
      apiPort: cluster.apiPort,
      ...(cluster.objectStore === undefined ? {} : { objectStore: cluster.objectStore }),
      images: Object.values(images).map(({ reference }) => reference),
      kubernetesVersion: versions["kubernetes"] ?? "",
    },
    { aliases: [onceIn("lstm-pfd:index:Cluster", "cluster")], customTimeouts: { create: "15m" } },
  );
  const { provider, kubeconfig } = new Cluster("cluster", {
    kubeconfig: site.kubeconfig,
    clusterIdentifier: cluster.name,
  });
  return {
    provider,
    kubeconfig,
    ready: [],
    ingress: config.web.host === "" ? undefined : ingress(config, provider),
    certManager: config.web.host === "" ? undefined : certManager(config, provider),
    dns: undefined,
    images: {
      application: images.application.reference,
      operations: images.operations.reference,
      postgres: images.postgres.reference,
      redis: images.redis.reference,
    },
    storage: storageOfOneClass(config.storageClass),
    production: undefined,
  };
}

function ingress({ web }: Config, provider: pulumi.ProviderResource): Ingress {
  const { controller, replicas, chart } = web.ingress;
  const { charts, images } = readManifest();
  return new Ingress(
    "ingress",
    {
      controller,
      replicas,
      ...(chart === ingressCharts.traefik
        ? { chart: { chart: charts.traefik }, values: { image: { reference: images.traefik.reference } } }
        : { chart }),
      // Nothing here gives an address to a load balancer.
      serviceType: "ClusterIP",
      serviceAnnotations: {},
    },
    { provider },
  );
}

function certManager(config: Config, provider: pulumi.ProviderResource): CertManager {
  const { charts, images, versions } = readManifest();
  return new CertManager(
    "cert-manager",
    {
      ...certManagerArgs(config, images.operations.reference),
      ...(config.web.certManager.chart === certManagerChart
        ? {
            chart: { chart: charts.certManager },
            version: versions["certManager"] ?? "",
            images: {
              controller: images["cert-manager-controller"].reference,
              webhook: images["cert-manager-webhook"].reference,
              cainjector: images["cert-manager-cainjector"].reference,
              startupapicheck: images["cert-manager-ctl"].reference,
            },
          }
        : {}),
    },
    { provider },
  );
}

/** A vault at a store that is made on this machine, with keys that are drawn here. */
export function vaultOnLocal(
  config: Config,
  { name, port }: Extract<Config["objectStore"], { kind: "embedded" }>,
  secrets: RecoverySecrets,
): { location: BackupsLocation; recoverer: AccessKey } {
  const keys = secrets.drawAccessKeys();
  const { protectData } = config;
  const store = objectStoreOnLocal("object-store", { name, port, keys, protectData });
  return { location: vaultAtStore(config, store, localRoleArns, keys), recoverer: keys.recoverer };
}

/** The roles on the backups, as a bucket's policy names them at a store on this machine. */
export const localRoleArns: readonly string[] = vaultRoles.map(identityArn);

/** Arguments of {@link objectStoreOnLocal}. */
export interface LocalObjectStoreArgs {
  /** Unique on the host, among sites and object stores together. */
  name: string;
  /** Port on 127.0.0.1 for programs on this host. */
  port: number;
  /** Who gets in: one admin, the roles on the backups, and who begins a recovery. */
  keys: DrawnKeys;
  /** Protect the store against `pulumi destroy`. */
  protectData: boolean;
}

/** An object store that is made on this machine. */
export function objectStoreOnLocal(
  resourceName: string,
  { name, port, keys, protectData }: LocalObjectStoreArgs,
): ObjectStore {
  const embedded = new EmbeddedObjectStore(
    resourceName,
    {
      name,
      port,
      identities: (["admin", ...vaultRoles, "recoverer"] as const).map((role) => ({
        name: role,
        role,
        accessKeyId: keys[role].accessKeyId,
        secretAccessKey: keys[role].secretAccessKey,
      })),
    },
    { aliases: [onceIn("lstm-pfd:index:ObjectStore", resourceName)], protect: protectData },
  );
  return new ObjectStore(resourceName, {
    endpoint: embedded.endpoint,
    hostEndpoint: embedded.hostEndpoint,
    caCertificate: embedded.caCertificate,
    caCertificateFile: embedded.caCertificateFile,
    admin: keys.admin,
  });
}

/** Stacks of before 0.2 have what is made here inside of the component that uses it. */
function onceIn(type: string, name: string): pulumi.Alias {
  return { parent: pulumi.createUrn(name, type) };
}
