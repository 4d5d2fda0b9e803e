import type { Answers, Facts, Question } from "../../../../plan/doctor/facts";
import { questions } from "../../../../plan/doctor/facts";
import type { Context } from "../../../../plan/doctor/finding";
import type { CronJob, KubernetesEvent, NodeObject, Pod, Workload } from "../../../../plan/doctor/kubernetes";

export const now = new Date("2026-01-31T12:00:00Z");
export const context: Context = { now, stack: "prod", namespace: "lstm-pfd" };

/** Minutes before {@link now}, as Kubernetes writes it. */
export function ago(minutes: number): string {
  return new Date(now.getTime() - minutes * 60_000).toISOString().replace(".000Z", "Z");
}

export const node: NodeObject = {
  metadata: { name: "node-a" },
  spec: {},
  status: {
    conditions: [
      { type: "MemoryPressure", status: "False", reason: "KubeletHasSufficientMemory" },
      { type: "DiskPressure", status: "False", reason: "KubeletHasNoDiskPressure" },
      { type: "PIDPressure", status: "False", reason: "KubeletHasSufficientPID" },
      { type: "Ready", status: "True", reason: "KubeletReady", message: "kubelet is posting ready status" },
    ],
  },
};

/** A pod of the chart that runs and is ready. */
export function pod(component: string, name = `lstm-pfd-${component}-7c9d8b6f5d-x2x4p`): Pod {
  return {
    metadata: {
      name,
      namespace: "lstm-pfd",
      labels: {
        app: "lstm-pfd",
        "app.kubernetes.io/name": "lstm-pfd",
        "app.kubernetes.io/component": component,
      },
      creationTimestamp: ago(600),
      ownerReferences: [{ kind: "ReplicaSet", name: `lstm-pfd-${component}-7c9d8b6f5d` }],
    },
    spec: { nodeName: "node-a", containers: [{ name: component }] },
    status: {
      phase: "Running",
      conditions: [
        { type: "PodScheduled", status: "True" },
        { type: "Ready", status: "True", lastTransitionTime: ago(590) },
      ],
      containerStatuses: [
        { name: component, ready: true, restartCount: 0, state: { running: { startedAt: ago(599) } } },
      ],
    },
  };
}

/** A pod whose container waits. */
export function waiting(component: string, reason: string, message: string, more: object = {}): Pod {
  const base = pod(component);
  return {
    ...base,
    status: {
      phase: "Pending",
      conditions: [
        { type: "PodScheduled", status: "True" },
        { type: "Ready", status: "False", reason: "ContainersNotReady", lastTransitionTime: ago(30) },
      ],
      containerStatuses: [
        { name: component, ready: false, restartCount: 0, state: { waiting: { reason, message } }, ...more },
      ],
    },
  };
}

/** A pod that no node takes. */
export function unschedulable(component: string, message: string, claim?: string): Pod {
  const base = pod(component);
  return {
    ...base,
    spec: {
      containers: [{ name: component }],
      ...(claim === undefined ? {} : { volumes: [{ persistentVolumeClaim: { claimName: claim } }] }),
    },
    status: {
      phase: "Pending",
      conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message }],
    },
  };
}

export function event(
  kind: string,
  name: string,
  reason: string,
  message: string,
  minutes = 5,
): KubernetesEvent {
  return {
    metadata: { name: `${name}.18f0`, namespace: "lstm-pfd" },
    type: "Warning",
    reason,
    message,
    involvedObject: { kind, name, namespace: "lstm-pfd" },
    lastTimestamp: ago(minutes),
  };
}

export function workload(component: string, replicas = 1, manager = "helm"): Workload {
  return {
    kind: component === "postgresql" ? "StatefulSet" : "Deployment",
    metadata: {
      name: `lstm-pfd-${component}`,
      namespace: "lstm-pfd",
      labels: { "app.kubernetes.io/component": component },
      managedFields: [
        { manager: "helm", fieldsV1: { "f:spec": { "f:template": { "f:spec": { "f:containers": {} } } } } },
        { manager, fieldsV1: { "f:spec": { "f:replicas": {} } } },
      ],
    },
    spec: { replicas },
    status: { readyReplicas: replicas },
  };
}

export const cronJob: CronJob = {
  metadata: {
    name: "backup-database-incr",
    namespace: "lstm-pfd",
    labels: { "recovery.lstm-pfd/role": "backup" },
    creationTimestamp: ago(5000),
  },
  spec: { schedule: "0 6-22/4 * * *", timeZone: "Etc/UTC", suspend: false, startingDeadlineSeconds: 600 },
  status: { lastScheduleTime: "2026-01-31T10:00:00Z" },
};

const components = ["dashboard", "worker", "postgresql", "redis"];

/** Answers of a site that is well. */
export const healthy: Answers = {
  disks: [
    {
      path: "/var/lib/lstm-pfd",
      holds: "the state directory",
      totalBytes: 100 * 2 ** 30,
      freeBytes: 60 * 2 ** 30,
    },
  ],
  names: [{ name: "s3.example.com", of: "object store" }],
  store: {
    at: "s3.example.com:9000",
    askedAt: now,
    storeTime: new Date(now.getTime() - 700),
    certificate: { validTo: new Date("2026-12-01T00:00:00Z"), issuer: "CN=Example CA" },
  },
  keys: [{ who: "writer" }, { who: "janitor" }, { who: "reader" }],
  locks: [],
  state: {},
  kit: { path: "/kits/prod.kit", otherwise: [] },
  fit: {},
  api: {
    at: "cluster.example.com:6443",
    certificate: { validTo: new Date("2027-01-01T00:00:00Z"), issuer: "CN=kubernetes" },
  },
  nodes: [node],
  pods: components.map((component) => pod(component)),
  events: [],
  logs: [],
  claims: [
    {
      metadata: { name: "lstm-pfd-postgresql", namespace: "lstm-pfd" },
      spec: { storageClassName: "fast", resources: { requests: { storage: "10Gi" } } },
      status: { phase: "Bound" },
    },
  ],
  workloads: components.map((component) => workload(component)),
  autoscalers: [],
  wantedPods: {
    "lstm-pfd-dashboard": 1,
    "lstm-pfd-worker": 1,
    "lstm-pfd-postgresql": 1,
    "lstm-pfd-redis": 1,
  },
  cronJobs: [
    cronJob,
    {
      ...cronJob,
      metadata: {
        ...cronJob.metadata,
        name: "restore-dump",
        labels: { "recovery.lstm-pfd/role": "restore" },
      },
      spec: { schedule: "0 2 * * *", timeZone: "Etc/UTC", suspend: true },
      status: {},
    },
  ],
  jobs: [
    {
      metadata: {
        name: "backup-database-incr-29496600",
        namespace: "lstm-pfd",
        ownerReferences: [{ kind: "CronJob", name: "backup-database-incr" }],
      },
      status: { startTime: ago(120), conditions: [{ type: "Complete", status: "True" }] },
    },
  ],
  held: [],
  releases: [
    { namespace: "lstm-pfd", name: "lstm-pfd", status: "superseded", revision: 1 },
    { namespace: "lstm-pfd", name: "lstm-pfd", status: "deployed", revision: 2 },
  ],
  webhooks: {
    configurations: [
      {
        metadata: { name: "cert-manager-webhook" },
        webhooks: [
          {
            name: "webhook.cert-manager.io",
            failurePolicy: "Fail",
            clientConfig: { service: { namespace: "cert-manager", name: "cert-manager-webhook" } },
          },
        ],
      },
    ],
    endpoints: [
      {
        metadata: {
          name: "cert-manager-webhook-abc",
          namespace: "cert-manager",
          labels: { "kubernetes.io/service-name": "cert-manager-webhook" },
        },
        endpoints: [{ conditions: { ready: true } }],
      },
    ],
  },
  extensions: [
    {
      metadata: { name: "certificates.cert-manager.io" },
      status: { conditions: [{ type: "Established", status: "True" }] },
    },
  ],
  certificates: [
    {
      metadata: { name: "lstm-pfd-tls", namespace: "lstm-pfd" },
      spec: { dnsNames: ["lstm-pfd.example.com"] },
      status: { conditions: [{ type: "Ready", status: "True" }], notAfter: "2026-04-01T00:00:00Z" },
    },
  ],
  ingresses: [
    {
      metadata: { name: "lstm-pfd", namespace: "lstm-pfd" },
      spec: { rules: [{ host: "lstm-pfd.example.com" }] },
    },
  ],
  ingressServices: [
    {
      metadata: { name: "traefik", namespace: "ingress" },
      spec: { type: "LoadBalancer" },
      status: { loadBalancer: { ingress: [{ ip: "192.0.2.7" }] } },
    },
  ],
  volumes: [
    {
      namespace: "lstm-pfd",
      claim: "lstm-pfd-postgresql",
      usedBytes: 4 * 2 ** 30,
      capacityBytes: 10 * 2 ** 30,
    },
  ],
  database: {
    inRecovery: false,
    waiting: 0,
    walBytes: 64 * 2 ** 20,
    archived: 812,
    failed: 3,
    lastArchived: "2026-01-31T11:59:40+00:00",
    lastFailed: "2026-01-30T01:00:00+00:00",
    lastFailedWal: "000000010000000000000011",
    now: "2026-01-31T12:00:00+00:00",
  },
  application: { modelLoaded: true },
};

/** Facts of a healthy site, but for some answers. */
export function factsWith(changed: Partial<Answers> = {}, nodeVersion = "v22.12.0"): Facts {
  const answers = { ...healthy, ...changed };
  return {
    nodeVersion,
    ...(Object.fromEntries(
      (Object.keys(questions) as Question[]).map((name) => [name, { state: "known", value: answers[name] }]),
    ) as unknown as Omit<Facts, "nodeVersion">),
  };
}
