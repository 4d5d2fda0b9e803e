/** What tells one kind of object from all others. */
export interface Kind {
  /** Empty for the core group. */
  group: string;
  version: string;
  kind: string;
}

/** Kinds that belong to no namespace, for when the cluster cannot be asked. */
const CLUSTER_SCOPED: ReadonlySet<string> = new Set([
  "/ComponentStatus",
  "/Namespace",
  "/Node",
  "/PersistentVolume",
  "admissionregistration.k8s.io/MutatingWebhookConfiguration",
  "admissionregistration.k8s.io/ValidatingAdmissionPolicy",
  "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding",
  "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
  "apiextensions.k8s.io/CustomResourceDefinition",
  "apiregistration.k8s.io/APIService",
  "certificates.k8s.io/CertificateSigningRequest",
  "cert-manager.io/ClusterIssuer",
  "flowcontrol.apiserver.k8s.io/FlowSchema",
  "flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration",
  "networking.k8s.io/IngressClass",
  "node.k8s.io/RuntimeClass",
  "rbac.authorization.k8s.io/ClusterRole",
  "rbac.authorization.k8s.io/ClusterRoleBinding",
  "scheduling.k8s.io/PriorityClass",
  "storage.k8s.io/CSIDriver",
  "storage.k8s.io/CSINode",
  "storage.k8s.io/StorageClass",
  "storage.k8s.io/VolumeAttachment",
]);

/**
 * Kind of a type token, as in `kubernetes:apps/v1:Deployment` or `kubernetes:cert-manager.io/v1:Certificate`.
 * @returns undefined for what is no single object: charts, manifests, lists, patches
 */
export function kindOf(type: string): Kind | undefined {
  const match = /^kubernetes:([^/:]+)\/(v\d+(?:(?:alpha|beta)\d+)?):([A-Z]\w*)$/.exec(type);
  const [, group, version, kind] = match ?? [];
  if (group === undefined || version === undefined || kind === undefined) return undefined;
  // These groups are of the SDK, and hold what makes many objects out of one.
  if (["yaml", "kustomize", "helm.sh"].includes(group)) return undefined;
  if (/(?:Patch|List)$/.test(kind)) return undefined;
  return { group: group === "core" ? "" : group, version, kind };
}

/** `v1`, `apps/v1`: as in an object's `apiVersion`. */
export function apiVersionOf({ group, version }: Kind): string {
  return group === "" ? version : `${group}/${version}`;
}

/** Kind of an object's `apiVersion` and `kind`. */
export function kindFrom(apiVersion: string, kind: string): Kind {
  const slash = apiVersion.indexOf("/");
  return { group: apiVersion.slice(0, Math.max(slash, 0)), version: apiVersion.slice(slash + 1), kind };
}

/** Whether a kind that every cluster has belongs to no namespace. */
export function isClusterScoped({ group, kind }: Kind): boolean {
  return CLUSTER_SCOPED.has(`${group}/${kind}`);
}
