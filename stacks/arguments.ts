import type { Config } from "../config/config";
import { readManifest } from "@lstm-pfd/local-cloud/toolchain/manifest";
import type { BackupRun } from "../plan/backupRuns";
import { certManagerChart } from "../plan/certManager";
import type { IngressEndpoint } from "../plan/ingressEndpoint";
import { ingressCharts } from "../plan/ingress";
import { type SavedSecret, savedIn } from "../plan/savedSecrets";
import { generationName, splitEndpoint } from "../plan/repository";
import type { CertManagerArgs } from "../components/certManager";
import type { ClusterArgs } from "./cluster";
import { platformImages } from "./images";
import type { IngressArgs } from "../components/ingress";
import { readKubeconfig } from "../config/kubeconfigFile";
import { names, runNames } from "../plan/names";
import type { ObjectStoreArgs } from "./objectStore";
import type { RepositoryArgs } from "../components/repository";

/** Arguments of an object store that is there. */
export function objectStoreArgs({ s3 }: Pick<Config, "s3">): ObjectStoreArgs {
  const { endpoint, region, caCertificate } = s3;
  return { kind: "s3", endpoint, region, caCertificate };
}

/** Arguments of the cluster. */
export function clusterArgs(cluster: Exclude<Config["cluster"], { kind: "eks" }>): ClusterArgs {
  if (cluster.kind === "kubeconfig") return { kind: "kubeconfig", kubeconfig: readKubeconfig(cluster.path) };
  const toolchain = readManifest();
  return {
    kind: "embedded",
    site: {
      name: cluster.name,
      apiPort: cluster.apiPort,
      ...(cluster.objectStore === undefined ? {} : { objectStore: cluster.objectStore }),
      images: Object.values(toolchain.images).map(({ reference }) => reference),
      kubernetesVersion: toolchain.versions["kubernetes"] ?? "",
    },
  };
}

/** How the world gets in; undefined where no host is named. */
export function ingressEndpointOf({ web }: Pick<Config, "web">): IngressEndpoint | undefined {
  const { host, ingress, certManager } = web;
  return host === "" ? undefined : { host, controller: ingress.controller, issuer: certManager.issuer.kind };
}

/** Certificates that the application had on an earlier cluster. Without a way in, nobody asks for one. */
export function savedCertificates({ namespace, web }: Pick<Config, "namespace" | "web">): SavedSecret[] {
  return web.host === "" ? [] : savedIn(namespace, web.savedSecrets);
}

/** Arguments of the ingress controller. The embedded cluster has no load balancer, and its chart and image from the toolchain. */
export function ingressArgs({ cluster, web }: Config): IngressArgs {
  const { controller, replicas, chart, serviceType } = web.ingress;
  const args: IngressArgs = { controller, replicas, chart, serviceType, serviceAnnotations: {} };
  if (cluster.kind !== "embedded") return args;
  const { charts, images } = readManifest();
  return {
    ...args,
    serviceType: "ClusterIP",
    ...(chart === ingressCharts.traefik
      ? {
          chart: { chart: charts.traefik },
          values: { image: { reference: images.traefik.reference } },
        }
      : {}),
  };
}

/** Arguments of cert-manager. The embedded cluster has its chart and images from the toolchain. */
export function certManagerArgs(config: Config): CertManagerArgs {
  const { certManager, authority, savedSecrets } = config.web;
  const args: CertManagerArgs = {
    ...certManager,
    ...(certManager.issuer.kind === "own-ca" ? { authority } : {}),
    savedSecrets,
    operationsImage: platformImages(config).operations,
  };
  if (config.cluster.kind !== "embedded" || certManager.chart !== certManagerChart) return args;
  const { charts, images, versions } = readManifest();
  return {
    ...args,
    chart: { chart: charts.certManager },
    version: versions["certManager"] ?? "",
    images: {
      controller: images["cert-manager-controller"].reference,
      webhook: images["cert-manager-webhook"].reference,
      cainjector: images["cert-manager-cainjector"].reference,
      startupapicheck: images["cert-manager-ctl"].reference,
    },
  };
}

/** Where the backups are, and who may do what there. */
export function repositoryPlace(config: Config): Omit<RepositoryArgs, "namespace"> {
  const { bucket, generation, s3, classes, objectStore, repositoryCipherPass } = config;
  const { endpoint } = s3;
  const address =
    endpoint === "" ? { host: `s3.${s3.region}.amazonaws.com`, port: 443 } : splitEndpoint(endpoint);
  return {
    place: {
      ...address,
      bucket,
      region: s3.region,
      pathStyle: endpoint !== "",
      generation,
      retentionDays: classes.wal.retentionDays,
    },
    caCertificate: s3.caCertificate,
    keys:
      objectStore.kind === "aws" ? undefined : { writer: s3.writer, janitor: s3.janitor, reader: s3.reader },
    cipherPass: repositoryCipherPass,
  };
}

/** Settings of the object store and the generation for the commands in the cluster. */
export function commandEnvironment(config: Config): Record<string, string> {
  const { bucket, generation, s3 } = config;
  return {
    S3_BUCKET: bucket,
    S3_REGION: s3.region,
    ...(s3.endpoint === "" ? {} : { S3_ENDPOINT: s3.endpoint, S3_FORCE_PATH_STYLE: "true" }),
    ...(s3.caCertificate === "" ? {} : { NODE_EXTRA_CA_CERTS: `${names.recoveryDirectory}/${names.caFile}` }),
    GENERATION: generationName(generation),
    CHECKPOINT_DIR: names.checkpointsDirectory,
    MODEL_PATH: `${names.checkpointsDirectory}/${names.modelFile}`,
  };
}

/**
 * The run that a new site begins with: a full base backup.
 * @throws Error when the table has none
 */
export function firstBackupRun(runs: readonly BackupRun[]): BackupRun {
  const run = runs.find(({ name }) => name === runNames.databaseFull);
  if (run === undefined) throw new Error("the table of the runs has no full base backup");
  return run;
}
