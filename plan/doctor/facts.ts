import type { Asked } from "./asked";
import type {
  Autoscaler,
  Certificate,
  Claim,
  CronJob,
  EndpointSlice,
  Extension,
  Ingress,
  Job,
  KubernetesEvent,
  NodeObject,
  Pod,
  Service,
  WebhookConfiguration,
  Workload,
} from "./kubernetes";

/** A file system of this machine. */
export interface Disk {
  path: string;
  /** What is on it, for people. */
  holds: string;
  totalBytes: number;
  freeBytes: number;
}

/** A name that was looked up. */
export interface LookedUp {
  name: string;
  /** What it is the name of. */
  of: "object store" | "application";
  /** Code of what failed, as in ENOTFOUND; undefined where it was found. */
  failed?: string;
}

/** A certificate that a server has shown, or that a kubeconfig holds. */
export interface ShownCertificate {
  validTo: Date;
  issuer: string;
}

/** What the object store answered to who asked without keys. */
export interface StoreAnswer {
  /** `host:port`. */
  at: string;
  /** Why there is no answer, with its code; undefined where there is one. */
  failed?: string;
  /** This machine's clock in the middle of the question. */
  askedAt?: Date;
  /** The store's clock, by its header Date; a second is its resolution. */
  storeTime?: Date;
  certificate?: ShownCertificate;
  /** Why its certificate is not trusted, as the code of TLS. */
  untrusted?: string;
}

/** What the object store said to who came with keys. */
export interface KeyAnswer {
  /** A role of the recovery kit, or `environment` for what the AWS SDK finds on this machine. */
  who: string;
  /** Why it was refused; undefined where it was not. */
  refused?: string;
}

/** A lock of the state of a stack. */
export interface StateLock {
  stack: string;
  pid: number;
  username: string;
  hostname: string;
  /** ISO time. */
  since: string;
  /** "elsewhere": of a process of another machine, of which nothing is known here. */
  life: "alive" | "dead" | "unknown" | "elsewhere";
}

/** Whether the state of the platform's stack opens. */
export interface StateAnswer {
  /** What the engine said where the passphrase does not open it; undefined where it does. */
  fault?: string;
}

/** What is known of the recovery kit on this machine. */
export interface KitAnswer {
  path: string;
  /** Why it cannot be used, and the way out; undefined where it can. */
  fault?: { kind: string; reason: string; remedy: string };
  /** Keys of the settings that the kit has otherwise, or not at all. */
  otherwise: string[];
}

/** What the vault says of the kit. */
export interface FitAnswer {
  fault?: { kind: string; reason: string; remedy: string };
}

/** What the API server of the cluster showed. */
export interface ApiAnswer {
  /** `host:port`. */
  at: string;
  /** Why it does not answer; undefined where it does. */
  failed?: string;
  certificate?: ShownCertificate;
  /** Certificate by which the kubeconfig asks; undefined where it asks otherwise. */
  client?: ShownCertificate;
}

/** The end of what a container has logged. */
export interface LastLines {
  namespace: string;
  pod: string;
  container: string;
  /** Of the container before the one that runs. */
  previous: boolean;
  text: string;
}

/** A revision of a Helm release: what its record is labelled with; its content is not read. */
export interface ReleaseRecord {
  namespace: string;
  name: string;
  status: string;
  revision: number;
}

/** What holds the application, or its worker, for a restore in place. */
export interface HeldBy {
  /** Name of the ConfigMap. */
  name: string;
  /** What it says, as JSON. */
  text: string;
}

/** How full a volume is. */
export interface VolumeUse {
  namespace: string;
  claim: string;
  usedBytes: number;
  capacityBytes: number;
  /** @default not known */
  freeInodes?: number;
  inodes?: number;
}

/** What PostgreSQL says of itself. */
export interface DatabaseAnswer {
  inRecovery: boolean;
  /** Segments that wait to be archived. */
  waiting: number;
  /** Bytes of pg_wal. */
  walBytes: number;
  archived: number;
  failed: number;
  /** ISO times; null for never. */
  lastArchived: string | null;
  lastFailed: string | null;
  lastFailedWal: string | null;
  /** By the server's clock, ISO. */
  now: string;
}

/** What the dashboard answered. */
export interface ApplicationAnswer {
  /** What `/health` said where that was not good. */
  unhealthy?: string;
  /** `lstm_pfd_model_loaded`; undefined where it does not say. */
  modelLoaded?: boolean;
}

/** The answer to each question. */
export interface Answers {
  disks: Disk[];
  names: LookedUp[];
  store: StoreAnswer;
  keys: KeyAnswer[];
  locks: StateLock[];
  state: StateAnswer;
  kit: KitAnswer;
  fit: FitAnswer;
  api: ApiAnswer;
  nodes: NodeObject[];
  pods: Pod[];
  events: KubernetesEvent[];
  logs: LastLines[];
  claims: Claim[];
  workloads: Workload[];
  autoscalers: Autoscaler[];
  /** Pods that the configuration asks for, by name of the workload. */
  wantedPods: Record<string, number>;
  cronJobs: CronJob[];
  jobs: Job[];
  held: HeldBy[];
  releases: ReleaseRecord[];
  webhooks: { configurations: WebhookConfiguration[]; endpoints: EndpointSlice[] };
  extensions: Extension[];
  certificates: Certificate[];
  ingresses: Ingress[];
  ingressServices: Service[];
  volumes: VolumeUse[];
  database: DatabaseAnswer;
  application: ApplicationAnswer;
}

/** Name of a question. */
export type Question = keyof Answers;

/** What was asked, and what became of it. */
export type Facts = { [Name in Question]: Asked<Answers[Name]> } & {
  /** Version of the Node.js that asks, as `process.version` has it. */
  nodeVersion: string;
};

/** What each question is about, for people. */
export const questions: Readonly<Record<Question, string>> = {
  disks: "disk space of this machine",
  names: "names of the object store and the application",
  store: "the object store",
  keys: "keys on the object store",
  locks: "locks of the state",
  state: "the state of the stack",
  kit: "the recovery kit",
  fit: "whether kit and vault fit",
  api: "the API server of the cluster",
  nodes: "nodes of the cluster",
  pods: "pods",
  events: "events",
  logs: "logs of containers that ended",
  claims: "claims of volumes",
  workloads: "Deployments and StatefulSets",
  autoscalers: "autoscalers",
  wantedPods: "pods that the configuration asks for",
  cronJobs: "CronJobs",
  jobs: "Jobs",
  held: "what is held for a restore in place",
  releases: "Helm releases",
  webhooks: "admission webhooks",
  extensions: "extensions of the API",
  certificates: "certificates of cert-manager",
  ingresses: "Ingresses",
  ingressServices: "Services of the ingress controller",
  volumes: "how full volumes are",
  database: "the database",
  application: "the application",
};
