import { basename, dirname } from "node:path";
import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import { databaseLabels, names, onDatabaseNodes, repositorySecret, type RepositoryRole } from "./names";

/** Kind of pod that a recovery command runs in. */
export type PodKind = "database" | "copy" | "repository" | "checkpoints" | "network" | "savedSecrets";

/** Volume of a copy of the database, which goes with its pod. */
export interface CopyVolume {
  sizeGi: number;
  /** Empty for the cluster's default. */
  storageClass: string;
}

/** One run of a command of `jobs/commands`. */
export interface RecoveryPod {
  /** Command and arguments. */
  command: readonly [string, ...string[]];
  /** Full reference. */
  image: string;
  /** Volume that the command works on; `network` and `repository` have none, `copy` one of its own, `savedSecrets` only reads. */
  podKind: PodKind;
  serviceAccount: string;
  labels: Record<string, string>;
  /** Role whose keys the command gets. @default no keys */
  repositoryRole?: RepositoryRole;
  /** Role whose keys a promotion archives with. @default none */
  archiverRole?: RepositoryRole;
  /** Whether the command gets keys that create evidence, beside those of its role. @default false */
  evidenceKeys?: boolean;
  /** Volume of a pod of the kind `copy`. */
  copyVolume?: CopyVolume;
  /** ConfigMap that the command finds in {@link names.assertionsDirectory}, if it is there; empty for none. @default none */
  assertions?: string;
  /** Passwords of the application's database role. @default false */
  databasePassword?: boolean;
  /** Settings that are no secret. */
  environment: Record<string, Input<string>>;
  /** Must run where the database runs, to reach its socket. @default false */
  besideDatabase?: boolean;
  /** Most memory that the command may take. @default by the kind of the pod */
  memoryLimit?: string;
  /** Runs on the nodes that are the database's alone. @default false */
  databaseNodes?: boolean | undefined;
  /** Talks to the API server. @default false */
  apiAccess?: boolean;
  /** Secret with a certificate, whose authority the command finds at {@link names.certificateAuthorityFile}. @default none */
  certificateSecret?: string;
}

type Container = types.input.core.v1.Container;
type EnvVar = types.input.core.v1.EnvVar;
type PodTemplate = types.input.core.v1.PodTemplateSpec;
type Volume = types.input.core.v1.Volume;
type VolumeMount = types.input.core.v1.VolumeMount;

interface KindOfPod {
  uid: number;
  /** Most that a command takes, whose own memory does not grow with the data. */
  memory: string;
  mounts: VolumeMount[];
  volumes: Volume[];
}

const repository = { name: "repository", configMap: { name: names.repositoryConfiguration } };
const pgBackRestMount = { name: "repository", mountPath: "/etc/pgbackrest", readOnly: true };
const recoveryMount = { name: "repository", mountPath: names.recoveryDirectory, readOnly: true };

const podKinds: Record<PodKind, KindOfPod> = {
  database: {
    uid: 999,
    memory: "1Gi",
    mounts: [
      { name: "data", mountPath: names.databaseDirectory },
      pgBackRestMount,
      recoveryMount,
      { name: "shared-memory", mountPath: "/dev/shm" },
    ],
    volumes: [
      { name: "data", persistentVolumeClaim: { claimName: names.databaseClaim } },
      repository,
      // The runtime's 64 MiB are too few for the server that replays.
      { name: "shared-memory", emptyDir: { medium: "Memory", sizeLimit: "256Mi" } },
    ],
  },
  copy: {
    uid: 999,
    memory: "1Gi",
    mounts: [
      { name: "data", mountPath: names.databaseDirectory },
      pgBackRestMount,
      recoveryMount,
      { name: "shared-memory", mountPath: "/dev/shm" },
    ],
    volumes: [repository, { name: "shared-memory", emptyDir: { medium: "Memory", sizeLimit: "256Mi" } }],
  },
  repository: { uid: 999, memory: "1Gi", mounts: [pgBackRestMount, recoveryMount], volumes: [repository] },
  checkpoints: {
    uid: 1000,
    memory: "512Mi",
    mounts: [{ name: "checkpoints", mountPath: names.checkpointsDirectory }, recoveryMount],
    volumes: [
      { name: "checkpoints", persistentVolumeClaim: { claimName: names.checkpointsClaim } },
      repository,
    ],
  },
  network: { uid: 1000, memory: "512Mi", mounts: [recoveryMount], volumes: [repository] },
  savedSecrets: {
    uid: 1000,
    memory: "512Mi",
    mounts: [{ name: "saved", mountPath: names.recoveryDirectory, readOnly: true }],
    volumes: [{ name: "saved", secret: { secretName: names.savedSecrets, defaultMode: 0o440 } }],
  },
};

/** Pod of a recovery command: not root, nothing writable but its volume and /tmp, keys only by reference. */
export function recoveryPodTemplate(pod: RecoveryPod): PodTemplate {
  const { uid, volumes } = podKinds[pod.podKind];
  return {
    metadata: { labels: pod.labels, annotations: doNotMove },
    spec: {
      restartPolicy: "Never",
      serviceAccountName: pod.serviceAccount,
      automountServiceAccountToken: pod.apiAccess ?? false,
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: uid,
        runAsGroup: uid,
        fsGroup: uid,
        fsGroupChangePolicy: "OnRootMismatch",
        seccompProfile: { type: "RuntimeDefault" },
      },
      ...(pod.databaseNodes === true ? onDatabaseNodes : {}),
      ...affinityOf(pod),
      containers: [container(pod)],
      volumes: [
        ...volumes,
        ...copyVolume(pod),
        ...assertionsVolume(pod),
        ...certificateVolume(pod),
        { name: "tmp", emptyDir: {} },
      ],
    },
  };
}

/**
 * Auto Mode and Karpenter leave the node alone while the pod runs, but for the node's expiry and its repair: what those take is
 * begun again.
 * @see https://karpenter.sh/docs/concepts/disruption/#pod-level-controls
 */
const doNotMove = { "karpenter.sh/do-not-disrupt": "true" };

const onDatabaseNode: types.input.core.v1.PodAffinityTerm = {
  topologyKey: "kubernetes.io/hostname",
  labelSelector: { matchLabels: databaseLabels },
};

/** The volume is of the database's node, and so is the socket on it. Where no database runs yet, any node will do. */
function affinityOf({ podKind, besideDatabase }: RecoveryPod): { affinity?: types.input.core.v1.Affinity } {
  if (besideDatabase === true)
    return {
      affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [onDatabaseNode] } },
    };
  if (podKind !== "database") return {};
  const preferred = [{ weight: 100, podAffinityTerm: onDatabaseNode }];
  return { affinity: { podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: preferred } } };
}

function container(pod: RecoveryPod): Container {
  const { memory, mounts } = podKinds[pod.podKind];
  const [command, ...args] = pod.command;
  return {
    name: command,
    image: pod.image,
    imagePullPolicy: "IfNotPresent",
    command: ["tini", "--", "node", `/opt/recovery/${command}.js`, ...args],
    envFrom:
      pod.repositoryRole === undefined ? [] : [{ secretRef: { name: repositorySecret(pod.repositoryRole) } }],
    env: [
      ...archiverKeys(pod.archiverRole),
      ...evidenceKeys(pod),
      ...(pod.databasePassword === true
        ? [secretVariable("DB_PASSWORD", names.applicationSecret, "DB_PASSWORD")]
        : []),
      ...Object.entries(pod.environment).map(([name, value]) => ({ name, value })),
    ],
    // Where a database runs, its volume keeps these pods on its node, and they must find room there: they ask for little.
    resources: {
      requests: { cpu: "50m", memory: "128Mi" },
      limits: { memory: pod.memoryLimit ?? memory },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    volumeMounts: [
      ...mounts,
      ...assertionsMount(pod),
      ...certificateMount(pod),
      { name: "tmp", mountPath: "/tmp" },
    ],
  };
}

const certificateDirectory = dirname(names.certificateAuthorityFile);

/** Optional: a certificate that was never issued is for the command to report, not for a pod that never starts. */
function certificateVolume({ certificateSecret: secretName }: RecoveryPod): Volume[] {
  const items = [{ key: "ca.crt", path: basename(names.certificateAuthorityFile) }];
  return secretName === undefined
    ? []
    : [{ name: "certificate", secret: { secretName, items, optional: true } }];
}

function certificateMount({ certificateSecret }: RecoveryPod): VolumeMount[] {
  if (certificateSecret === undefined) return [];
  return [{ name: "certificate", mountPath: certificateDirectory, readOnly: true }];
}

function copyVolume({ podKind, copyVolume: wanted }: RecoveryPod): Volume[] {
  if (podKind !== "copy") return [];
  if (wanted === undefined) throw new Error("a pod of the kind copy needs the size of its volume");
  const spec = {
    accessModes: ["ReadWriteOnce"],
    resources: { requests: { storage: `${wanted.sizeGi}Gi` } },
    ...(wanted.storageClass === "" ? {} : { storageClassName: wanted.storageClass }),
  };
  return [{ name: "data", ephemeral: { volumeClaimTemplate: { spec } } }];
}

/** Optional: one that was never made is for the command to report, not for a pod that never starts. */
function assertionsVolume({ assertions = "" }: RecoveryPod): Volume[] {
  return assertions === "" ? [] : [{ name: "assertions", configMap: { name: assertions, optional: true } }];
}

function assertionsMount({ assertions = "" }: RecoveryPod): VolumeMount[] {
  return assertions === ""
    ? []
    : [{ name: "assertions", mountPath: names.assertionsDirectory, readOnly: true }];
}

function evidenceKeys({ evidenceKeys: needed = false }: RecoveryPod): EnvVar[] {
  if (!needed) return [];
  const secret = repositorySecret("evidence");
  return [
    secretVariable("EVIDENCE_S3_KEY", secret, "AWS_ACCESS_KEY_ID"),
    secretVariable("EVIDENCE_S3_KEY_SECRET", secret, "AWS_SECRET_ACCESS_KEY"),
  ];
}

function archiverKeys(role: RepositoryRole | undefined): EnvVar[] {
  if (role === undefined) return [];
  const secret = repositorySecret(role);
  return [
    secretVariable("ARCHIVE_S3_KEY", secret, "PGBACKREST_REPO1_S3_KEY"),
    secretVariable("ARCHIVE_S3_KEY_SECRET", secret, "PGBACKREST_REPO1_S3_KEY_SECRET"),
  ];
}

function secretVariable(name: string, secret: string, key: string): EnvVar {
  return { name, valueFrom: { secretKeyRef: { name: secret, key } } };
}
