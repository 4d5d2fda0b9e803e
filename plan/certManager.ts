import type { ChartSource } from "./charts";
import { accountSecret, type AcmeKind, names } from "./names";
import { pattern } from "./rule";

/** Newest supported release; made for Kubernetes 1.33 to 1.36. Its reference is published before the repository. */
export const certManagerChart: ChartSource = {
  chart: "oci://quay.io/jetstack/charts/cert-manager",
  version: "v1.21.1",
};

/** Namespace of cert-manager, and of the Secrets that cluster-wide issuers use. */
export const certManagerNamespace = "cert-manager";

/** Where Let's Encrypt writes to. */
export const emailRule = pattern(
  /^[^@\s]+@[^@\s]+\.[^@\s]+$/,
  "must be an e-mail address; Let's Encrypt asks for it",
  "operations@example.com",
);

/** Who signs the certificates. */
export type CertificateIssuer =
  /** Let's Encrypt. Drills use staging: five certificates a week for one name is all that production gives. */
  | { kind: AcmeKind; email: string }
  /** An own authority, from the recovery kit: those who trust it today trust it after the recovery. */
  | { kind: "own-ca" }
  /** An own authority that is made anew with each cluster. */
  | { kind: "self-signed" };

const acmeDirectories = {
  "acme-production": "https://acme-v02.api.letsencrypt.org/directory",
  "acme-staging": "https://acme-staging-v02.api.letsencrypt.org/directory",
};

/** Secrets with the keys of all ACME accounts. */
export const accountSecrets: readonly string[] = [
  accountSecret("acme-production"),
  accountSecret("acme-staging"),
];

/**
 * Secrets in the namespace of cert-manager that an issuer has from an earlier cluster: the authority that was made there, or
 * the key of its account. The authority of `own-ca` is configuration.
 */
export function issuerSecrets({ kind }: CertificateIssuer): string[] {
  if (kind === "own-ca") return [];
  return [kind === "self-signed" ? names.authoritySecret : accountSecret(kind)];
}

/**
 * Spec of the ClusterIssuer.
 * @param ingressClass class that answers HTTP-01 challenges
 */
export function issuerSpec(issuer: CertificateIssuer, ingressClass: string): Record<string, unknown> {
  if (issuer.kind === "own-ca" || issuer.kind === "self-signed")
    return { ca: { secretName: names.authoritySecret } };
  return {
    acme: {
      email: issuer.email,
      server: acmeDirectories[issuer.kind],
      privateKeySecretRef: { name: accountSecret(issuer.kind) },
      solvers: [{ http01: { ingress: { ingressClassName: ingressClass } } }],
    },
  };
}

/** Full references, a tag at their end, by part of cert-manager. */
export type CertManagerImages = Record<"controller" | "webhook" | "cainjector" | "startupapicheck", string>;

/** What the values of the release depend on. */
export interface CertManagerPlan {
  /** Version of the chart: older ones know other values. */
  version: string;
  /** Pods of the controller, the webhook and the CA injector, each. */
  replicas: number;
  /** Images other than those of the chart. @default the chart's */
  images?: CertManagerImages;
}

/**
 * Values of the release. The check of the API is on: Helm returns when the webhook has answered, so that nothing that needs
 * it can run into its start. CRDs stay when the release goes, and every certificate with them.
 */
export function certManagerValues({ version, replicas, images }: CertManagerPlan): Record<string, unknown> {
  const pods = {
    replicaCount: replicas,
    resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "256Mi" } },
    // Older charts leave the root file system writable.
    containerSecurityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
  };
  const image = (part: keyof CertManagerImages) =>
    images === undefined ? {} : { image: imageOf(images[part]) };
  return {
    ...(minorOf(version) < 15 ? { installCRDs: true } : { crds: { enabled: true, keep: true } }),
    ...pods,
    ...image("controller"),
    webhook: { ...pods, ...image("webhook") },
    cainjector: { ...pods, ...image("cainjector") },
    // By default it looks every 5 s, and the recovery waits for it.
    startupapicheck: {
      enabled: true,
      timeout: "5m",
      extraArgs: ["--interval=1s"],
      ...image("startupapicheck"),
    },
    global: { leaderElection: { namespace: certManagerNamespace } },
  };
}

function imageOf(reference: string): { repository: string; tag: string } {
  const [, repository = "", tag = ""] = /^(.+):([^/:]+)$/.exec(reference) ?? [];
  if (tag === "") throw new Error(`image of cert-manager is "${reference}": must be a reference with a tag`);
  return { repository, tag };
}

function minorOf(version: string): number {
  const minor = /^v?1\.(\d+)\./.exec(version)?.[1];
  if (minor === undefined)
    throw new Error(`cert-manager version is "${version}": must be an exact version 1.x, as in v1.21.0`);
  return Number(minor);
}
