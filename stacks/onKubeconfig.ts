import { CertManager } from "../components/certManager";
import { Cluster } from "../components/cluster";
import { Ingress } from "../components/ingress";
import { ObjectStore } from "../components/objectStore";
import type { Config } from "../config/config";
import { readKubeconfig } from "../config/kubeconfigFile";
import { type ClusterBase, storageOfOneClass } from "./clusterBase";
import { type BackupsLocation, vaultAtStore } from "./vaultAtStore";
import { certManagerArgs } from "./web";

/**
 * A cluster that is there. Where the application is to be reached, its ingress controller and cert-manager are made in it.
 * @param path of its kubeconfig
 * @throws ConfigError when that cannot be read
 */
export function clusterBaseOnKubeconfig(config: Config, path: string): ClusterBase {
  const { images, storageClass, web } = config;
  const { provider, kubeconfig } = new Cluster("cluster", { kubeconfig: readKubeconfig(path) });
  const ingress = (): Ingress =>
    new Ingress(
      "ingress",
      {
        controller: web.ingress.controller,
        replicas: web.ingress.replicas,
        chart: web.ingress.chart,
        serviceType: web.ingress.serviceType,
        serviceAnnotations: {},
      },
      { provider },
    );
  const certManager = (): CertManager =>
    new CertManager("cert-manager", certManagerArgs(config, images.operations), { provider });
  return {
    provider,
    kubeconfig,
    ready: [],
    ingress: web.host === "" ? undefined : ingress(),
    certManager: web.host === "" ? undefined : certManager(),
    dns: undefined,
    images,
    storage: storageOfOneClass(storageClass),
    production: undefined,
  };
}

/** A vault at a store that is there, with the keys that its owner has given to the roles. */
export function vaultAtExistingStore(config: Config): BackupsLocation {
  const { endpoint, region, caCertificate, writer, janitor, reader, evidence } = config.s3;
  const store = new ObjectStore("object-store", {
    ...(endpoint === "" ? {} : { endpoint }),
    region,
    caCertificate,
  });
  return vaultAtStore(config, store, [], { writer, janitor, reader, evidence });
}
