import type { Properties } from "../framework/provider";
import type { Kind } from "./kinds";

/** Settings of the provider that make some contents changeable. */
export interface MutabilityOptions {
  enableConfigMapMutable: boolean;
  enableSecretMutable: boolean;
}

const CONTAINER_FIELDS = [
  "args",
  "command",
  "env",
  "image",
  "imagePullPolicy",
  "lifecycle",
  "livenessProbe",
  "ports",
  "readinessProbe",
  "resources",
  "securityContext",
  "stdin",
  "stdinOnce",
  "terminationMessagePath",
  "terminationMessagePolicy",
  "tty",
  "volumeDevices",
  "volumeMounts",
  "workingDir",
];

const POD_FIELDS = [
  "affinity",
  "automountServiceAccountToken",
  "dnsConfig",
  "dnsPolicy",
  "enableServiceLinks",
  "hostAliases",
  "hostIPC",
  "hostNetwork",
  "hostPID",
  "hostname",
  "imagePullSecrets",
  "nodeName",
  "nodeSelector",
  "overhead",
  "preemptionPolicy",
  "priority",
  "priorityClassName",
  "readinessGates",
  "restartPolicy",
  "runtimeClassName",
  "schedulerName",
  "securityContext",
  "serviceAccount",
  "serviceAccountName",
  "shareProcessNamespace",
  "subdomain",
  "terminationGracePeriodSeconds",
  "volumes",
];

const VOLUME_SOURCES = [
  "awsElasticBlockStore",
  "azureDisk",
  "azureFile",
  "cephfs",
  "cinder",
  "csi",
  "fc",
  "flexVolume",
  "flocker",
  "gcePersistentDisk",
  "glusterfs",
  "hostPath",
  "iscsi",
  "local",
  "nfs",
  "photonPersistentDisk",
  "portworxVolume",
  "quobyte",
  "rbd",
  "scaleIO",
  "storageos",
  "vsphereVolume",
];

/** What the API server does not let change, by group and kind; the same as in the upstream provider. */
const IMMUTABLE: Record<string, readonly string[]> = {
  "apps/DaemonSet": ["spec.selector"],
  "apps/Deployment": ["spec.selector"],
  "apps/StatefulSet": [
    "spec.podManagementPolicy",
    "spec.revisionHistoryLimit",
    "spec.selector",
    "spec.serviceName",
    "spec.volumeClaimTemplates",
  ],
  "batch/Job": ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"],
  "rbac.authorization.k8s.io/ClusterRoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/RoleBinding": ["roleRef"],
  "storage.k8s.io/StorageClass": ["parameters", "provisioner"],
  "/PersistentVolume": VOLUME_SOURCES.map((source) => `spec.${source}`),
  "/PersistentVolumeClaim": ["spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"],
  "/Pod": [
    ...POD_FIELDS.map((field) => `spec.${field}`),
    ...CONTAINER_FIELDS.flatMap((field) => [
      `spec.containers[*].${field}`,
      `spec.initContainers[*].${field}`,
    ]),
  ],
  "/ResourceQuota": ["spec.scopes"],
  "/Service": ["spec.clusterIP"],
};

/** Paths of an object whose change replaces it; a change beneath counts as well. */
export function replacingPaths(kind: Kind, inputs: Properties, options: MutabilityOptions): string[] {
  return ["metadata.name", "metadata.namespace", ...kindPaths(kind, inputs, options)];
}

function kindPaths({ group, kind }: Kind, inputs: Properties, options: MutabilityOptions): readonly string[] {
  const immutable = inputs["immutable"] === true;
  if (group === "" && kind === "Secret")
    return !options.enableSecretMutable || immutable ? ["type", "data", "stringData"] : ["type"];
  if (group === "" && kind === "ConfigMap")
    return !options.enableConfigMapMutable || immutable ? ["data", "binaryData"] : [];
  return IMMUTABLE[`${group}/${kind}`] ?? [];
}
