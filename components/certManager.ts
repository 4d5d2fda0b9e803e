import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import {
  type CertificateIssuer,
  type CertManagerImages,
  certManagerNamespace,
  certManagerValues,
  emailRule,
  issuerSecrets,
  issuerSpec,
} from "../plan/certManager";
import { chartArgs, type ChartSource, checkChart } from "../plan/charts";
import { ingressClassName } from "../plan/ingress";
import { replicasRule } from "../plan/replicas";
import { check } from "../plan/rule";
import { savedIn, type SavedSecret } from "../plan/savedSecrets";
import { ImagePullSecret } from "./imagePullSecret";
import { SavedSecrets } from "./savedSecrets";
import { names } from "../plan/names";

/** An authority's own certificate and key, PEM. */
export interface Authority {
  certificate: pulumi.Input<string>;
  /** Kept secret. */
  key: pulumi.Input<string>;
}

/** Arguments of {@link CertManager}. */
export interface CertManagerArgs {
  /** Chart of cert-manager. */
  chart: ChartSource;
  /** Version of cert-manager, where the chart is a path and does not say it. @default the chart's */
  version?: string;
  /** Pods of each of its parts. @default 1 */
  replicas?: number;
  /** Images other than those of the chart. @default the chart's */
  images?: CertManagerImages;
  /** Who signs. */
  issuer: CertificateIssuer;
  /** For the issuer `own-ca`. @default none */
  authority?: Authority | undefined;
  /**
   * What was saved of an earlier cluster. What the issuer has of it in this namespace is put back before the issuer is made:
   * its authority, or the key of its account. @default none
   */
  savedSecrets?: readonly SavedSecret[];
  /** Image of the command that puts them back, full reference. */
  operationsImage: string;
  /** Credentials of its registry, as in the `config.json` of docker; empty where nodes may pull. Kept secret. @default "" */
  imagePullSecret?: string;
}

/** Seconds for images, pods and the check of the webhook. */
const releaseTimeoutSeconds = 600;

/**
 * cert-manager and the issuer of the application's certificates. One `up` is enough: the release is done only when the
 * webhook has answered, and what needs it comes after. Saved Secrets are there before a certificate can be asked for, so that
 * a recovery issues nothing and meets no rate limit.
 * @throws Error when an argument breaks its rule; nothing is created then
 */
export class CertManager extends pulumi.ComponentResource {
  /** Name of the ClusterIssuer, known once it is there and the saved Secrets are. */
  readonly issuerName: pulumi.Output<string>;

  constructor(name: string, args: CertManagerArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:index:CertManager", name, {}, options);
    checkArguments(args);
    const namespace = new k8s.core.v1.Namespace(
      name,
      {
        metadata: {
          name: certManagerNamespace,
          labels: { "pod-security.kubernetes.io/enforce": "restricted" },
        },
      },
      { parent: this },
    );
    const { name: inNamespace } = namespace.metadata;
    const release = this.release(name, args, inNamespace);
    const saved = this.saved(name, args, inNamespace);
    const authority = this.authority(name, args, inNamespace, [release, saved]);
    const issuer = new k8s.apiextensions.CustomResource(
      name,
      {
        apiVersion,
        kind: "ClusterIssuer",
        metadata: { name: names.issuer },
        spec: issuerSpec(args.issuer, ingressClassName),
      },
      { parent: this, dependsOn: [release, saved, ...authority] },
    );
    this.issuerName = issuer.id.apply(() => names.issuer);
    this.registerOutputs({ issuerName: this.issuerName });
  }

  private release(
    name: string,
    args: CertManagerArgs,
    namespace: pulumi.Output<string>,
  ): k8s.helm.v3.Release {
    const { chart, replicas = 1, images } = args;
    const version = args.version ?? chart.version ?? "";
    return new k8s.helm.v3.Release(
      name,
      {
        ...chartArgs(chart),
        name: "cert-manager",
        namespace,
        values: certManagerValues({ version, replicas, ...(images === undefined ? {} : { images }) }),
        timeout: releaseTimeoutSeconds,
        // The check of the webhook is one of the chart's hooks.
        skipAwait: false,
        disableWebhooks: false,
      },
      { parent: this },
    );
  }

  private saved(
    name: string,
    { issuer, savedSecrets = [], operationsImage, imagePullSecret = "" }: CertManagerArgs,
    namespace: pulumi.Output<string>,
  ): pulumi.Resource {
    const secrets = savedIn(certManagerNamespace, savedSecrets).filter((secret) =>
      issuerSecrets(issuer).includes(secret.name),
    );
    const pullSecret = new ImagePullSecret(
      `${name}-image-pull-secret`,
      { namespace, dockerConfig: secrets.length === 0 ? "" : imagePullSecret },
      { parent: this },
    );
    return new SavedSecrets(
      `${name}-saved-secrets`,
      { namespace, secrets, operationsImage, pullsWithSecret: imagePullSecret !== "" },
      { parent: this, dependsOn: pullSecret },
    );
  }

  private authority(
    name: string,
    { issuer, authority }: CertManagerArgs,
    namespace: pulumi.Output<string>,
    dependsOn: pulumi.Resource[],
  ): pulumi.Resource[] {
    if (issuer.kind === "self-signed") return this.newAuthority(name, namespace, dependsOn);
    if (authority === undefined) return [];
    return [
      new k8s.core.v1.Secret(
        `${name}-authority`,
        {
          metadata: { name: names.authoritySecret, namespace },
          type: "kubernetes.io/tls",
          stringData: pulumi.secret({ "tls.crt": authority.certificate, "tls.key": authority.key }),
        },
        { parent: this },
      ),
    ];
  }

  private newAuthority(
    name: string,
    namespace: pulumi.Output<string>,
    dependsOn: pulumi.Resource[],
  ): pulumi.Resource[] {
    const root = new k8s.apiextensions.CustomResource(
      `${name}-root`,
      {
        apiVersion,
        kind: "ClusterIssuer",
        metadata: { name: `${names.issuer}-root` },
        spec: { selfSigned: {} },
      },
      { parent: this, dependsOn },
    );
    const certificate = new k8s.apiextensions.CustomResource(
      `${name}-authority`,
      {
        apiVersion,
        kind: "Certificate",
        metadata: { name: names.authoritySecret, namespace },
        spec: {
          isCA: true,
          commonName: "LSTM-PFD",
          secretName: names.authoritySecret,
          // Ten years, as the API server writes it: in any other way a refresh would see drift.
          duration: "87600h0m0s",
          privateKey: { algorithm: "ECDSA", size: 256 },
          issuerRef: { name: `${names.issuer}-root`, kind: "ClusterIssuer", group: "cert-manager.io" },
        },
      },
      { parent: this, dependsOn: root },
    );
    return [certificate];
  }
}

const apiVersion = "cert-manager.io/v1";

function checkArguments({ chart, version, replicas = 1, issuer, authority }: CertManagerArgs): void {
  checkChart("chart", chart);
  certManagerValues({ version: version ?? chart.version ?? "", replicas });
  check(replicasRule, "replicas", replicas);
  if ("email" in issuer) check(emailRule, "issuer.email", issuer.email);
  if ((issuer.kind === "own-ca") !== (authority !== undefined))
    throw new Error(
      issuer.kind === "own-ca"
        ? `authority is not set: issuer "own-ca" signs with the one of the recovery kit`
        : `authority is set: only issuer "own-ca" uses it, and issuer is "${issuer.kind}"`,
    );
}
