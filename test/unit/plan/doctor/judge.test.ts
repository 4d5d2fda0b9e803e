import assert from "node:assert/strict";
import { causesFirst } from "../../../../plan/doctor/causes";
import type { Answers } from "../../../../plan/doctor/facts";
import { judge } from "../../../../plan/doctor/judge";
import { doctorReport } from "../../../../plan/doctor/report";
import type { Claim, Job, Pod } from "../../../../plan/doctor/kubernetes";
import {
  ago,
  context,
  cronJob,
  event,
  factsWith,
  healthy,
  node,
  now,
  pod,
  unschedulable,
  waiting,
  workload,
} from "./samples";

interface Case {
  name: string;
  with?: Partial<Answers>;
  node?: string;
  /** The one cause. */
  what: RegExp;
  evidence?: RegExp;
  todo?: RegExp;
  command?: string | RegExp;
  severity?: string;
  /** What is shown under it; @default nothing */
  explains?: RegExp[];
}

const later = (milliseconds: number): Date => new Date(now.getTime() + milliseconds);
const store = (more: Partial<Answers["store"]>): Partial<Answers> => ({
  store: { ...healthy.store, ...more },
});
const others = (component: string): Pod[] =>
  healthy.pods.filter(({ metadata }) => metadata.labels?.["app.kubernetes.io/component"] !== component);
const withPod = (component: string, changed: Pod): Pod[] => [...others(component), changed];
const claim = (status: object): Claim[] =>
  healthy.claims.map((each) => ({ ...each, status: { ...each.status, ...status } }));
const condition = (type: string, status: string, message: string, reason: string = type) => ({
  ...node,
  status: {
    conditions: [
      ...(node.status?.conditions ?? []).filter((each) => each.type !== type),
      { type, status, reason, message },
    ],
  },
});
const crashing = (
  component: string,
  lines: string,
  ended: object = { exitCode: 1, reason: "Error" },
): Partial<Answers> => ({
  pods: withPod(
    component,
    waiting(component, "CrashLoopBackOff", "back-off 5m0s restarting failed container", {
      restartCount: 7,
      lastState: { terminated: ended },
    }),
  ),
  logs: [
    {
      namespace: "lstm-pfd",
      pod: pod(component).metadata.name,
      container: component,
      previous: true,
      text: lines,
    },
  ],
});
const failedJob = (name: string, message: string): Partial<Answers> => ({
  jobs: [
    ...healthy.jobs,
    {
      metadata: {
        name: `${name}-29496720`,
        namespace: "lstm-pfd",
        ownerReferences: [{ kind: "CronJob", name }],
      },
      status: {
        startTime: ago(60),
        conditions: [
          {
            type: "Failed",
            status: "True",
            reason: "BackoffLimitExceeded",
            message: "Job has reached the specified backoff limit",
            lastTransitionTime: ago(50),
          },
        ],
      },
    } satisfies Job,
  ],
  pods: [
    ...healthy.pods,
    {
      metadata: {
        name: `${name}-29496720-abcde`,
        namespace: "lstm-pfd",
        labels: { "job-name": `${name}-29496720` },
        creationTimestamp: ago(60),
      },
      status: {
        phase: "Failed",
        containerStatuses: [
          { name: "backup", state: { terminated: { exitCode: 1, reason: "Error", message } } },
        ],
      },
    },
  ],
});
const refused = (message: string): Partial<Answers> => ({
  keys: [
    { who: "writer", refused: `vault https://s3.example.com:9000/backups: reading it: ${message}` },
    { who: "reader" },
  ],
});
const releases = (status: string, before: boolean): Partial<Answers> => ({
  releases: [
    ...(before ? healthy.releases : []),
    { namespace: "lstm-pfd", name: "lstm-pfd", status, revision: before ? 3 : 1 },
  ],
});

const cases: Case[] = [
  { name: "a Node.js that is too old", node: "v18.20.0", what: /too old/, severity: "at risk" },
  {
    name: "a full disk",
    with: {
      disks: [{ path: "/var", holds: "the state directory", totalBytes: 50 * 2 ** 30, freeBytes: 2 ** 28 }],
    },
    what: /the disk of this machine is full: the state directory/,
    evidence: /0\.3 GiB of 50\.0 GiB/,
    command: "df -h /var",
  },
  {
    name: "a disk that is nearly full",
    with: { disks: [{ path: "/var", holds: "x", totalBytes: 50 * 2 ** 30, freeBytes: 3 * 2 ** 30 }] },
    what: /nearly full/,
    severity: "look",
  },
  {
    name: "a clock that is a minute ahead",
    with: store({ storeTime: later(-60_000) }),
    what: /is ahead of the object store's by 60 s/,
    severity: "look",
  },
  {
    name: "a clock that lags by six minutes",
    with: store({ storeTime: later(6 * 60_000) }),
    what: /lags behind the object store's by 6 min/,
    evidence: /S3 refuses from 15 min on/,
    severity: "down",
  },
  {
    name: "a clock by which nothing can be signed",
    with: {
      ...store({ storeTime: later(20 * 60_000) }),
      ...refused(
        "the clock of this node differs by more than 15 minutes from the store's (RequestTimeTooSkewed)",
      ),
    },
    what: /lags behind/,
    explains: [/refuses the keys of writer: the clock/],
  },
  {
    name: "a name that is not found",
    with: { names: [{ name: "app.example.com", of: "application", failed: "ENOTFOUND" }] },
    what: /name of the application is not found/,
    evidence: /app.example.com: ENOTFOUND/,
  },
  {
    name: "a store whose name is not found",
    with: {
      names: [{ name: "s3.example.com", of: "object store", failed: "ENOTFOUND" }],
      store: { at: "s3.example.com:9000", failed: "ENOTFOUND: getaddrinfo ENOTFOUND s3.example.com" },
    },
    what: /name of the object store is not found/,
    explains: [/does not answer this machine/],
  },
  {
    name: "a store where nothing listens",
    with: {
      store: { at: "s3.example.com:9000", failed: "ECONNREFUSED: connect ECONNREFUSED 192.0.2.1:9000" },
    },
    what: /object store does not answer/,
    todo: /nothing listens there/,
  },
  {
    name: "a store that is swallowed by a firewall",
    with: { store: { at: "s3.example.com:9000", failed: "no answer in time" } },
    what: /object store does not answer/,
    todo: /firewall/,
  },
  {
    name: "a certificate of another authority",
    with: store({ untrusted: "SELF_SIGNED_CERT_IN_CHAIN" }),
    what: /certificate of the object store is not trusted/,
    evidence: /SELF_SIGNED_CERT_IN_CHAIN, issued by CN=Example CA/,
  },
  {
    name: "a certificate that has expired",
    with: store({ untrusted: "CERT_HAS_EXPIRED", certificate: { validTo: later(-1000), issuer: "x" } }),
    what: /^the certificate of the object store has expired/,
    severity: "down",
  },
  {
    name: "a certificate about to expire",
    with: store({ certificate: { validTo: later(2 * 86_400_000), issuer: "x" } }),
    what: /expires in 2 d/,
    severity: "look",
  },
  {
    name: "a key that was revoked",
    with: refused("the access key was refused (InvalidAccessKeyId)"),
    what: /keys of writer: it does not know the key, which was revoked/,
    evidence: /InvalidAccessKeyId/,
    command: "npm run kit -- --stack prod",
  },
  {
    name: "a secret that is another one's",
    with: refused("the access key was refused (SignatureDoesNotMatch)"),
    what: /the secret is not that one's/,
  },
  {
    name: "rights that are missing",
    with: refused("access was denied (Access Denied)"),
    what: /they are right, and may not do this/,
    command: "npm run preview -- --stack prod",
  },
  {
    name: "a session that has ended",
    with: refused("the access key was refused (ExpiredToken)"),
    what: /have expired/,
  },
  {
    name: "a bucket that is gone",
    with: refused("the bucket does not exist"),
    what: /the bucket is not there/,
  },
  {
    name: "an operation under way",
    with: {
      locks: [{ stack: "prod", pid: 7, username: "ops", hostname: "here", since: ago(3), life: "alive" }],
    },
    what: /an operation on stack prod is under way/,
    evidence: /process 7 of ops on here, since 2026-01-31T11:57:00Z \(3 min\)/,
    severity: "look",
  },
  {
    name: "the lock of a dead process",
    with: {
      locks: [{ stack: "prod", pid: 7, username: "ops", hostname: "here", since: ago(3), life: "dead" }],
    },
    what: /locked by a process that is dead/,
    command: "npm run up -- --stack prod",
  },
  {
    name: "the lock of another machine",
    with: {
      locks: [
        { stack: "prod", pid: 7, username: "ops", hostname: "there", since: ago(3), life: "elsewhere" },
      ],
    },
    what: /of which nothing is known/,
    command: "pulumi cancel --yes prod",
  },
  {
    name: "another passphrase",
    with: {
      kit: {
        path: "/k",
        otherwise: [],
        fault: { kind: "passphrase", reason: "wrong passphrase", remedy: "give the passphrase" },
      },
      fit: { fault: { kind: "passphrase", reason: "wrong passphrase", remedy: "x" } },
    },
    what: /the passphrase does not open the recovery kit/,
    explains: [/do not fit/],
  },
  {
    name: "a state that another passphrase has sealed",
    with: { state: { fault: "error: could not create stack: incorrect passphrase" } },
    what: /the passphrase does not open the state of stack prod/,
    evidence: /incorrect passphrase/,
  },
  {
    name: "no kit",
    with: {
      kit: {
        path: "/k",
        otherwise: [],
        fault: { kind: "missing", reason: "it cannot be read (ENOENT)", remedy: "give its path" },
      },
    },
    what: /cannot be used: missing/,
    command: "npm run kit -- --stack prod",
  },
  {
    name: "a kit that is older than the settings",
    with: { kit: { path: "/k", otherwise: ["dashboardReplicas", "host"] } },
    what: /older than the settings/,
    evidence: /dashboardReplicas, host/,
  },
  {
    name: "a newer kit in the vault",
    with: { fit: { fault: { kind: "old", reason: "it is an old one", remedy: "take that one" } } },
    what: /the vault has a newer recovery kit/,
  },
  {
    name: "an API server that does not answer",
    with: {
      api: {
        at: "c:6443",
        failed:
          "kubectl get: The connection to the server c:6443 was refused - did you specify the right host or port?",
      },
    },
    what: /API server of the cluster does not answer/,
    todo: /nothing listens/,
  },
  {
    name: "an API server whose certificate has expired",
    with: {
      api: {
        at: "c:6443",
        failed: "tls: failed to verify certificate: x509: certificate has expired or is not yet valid",
        certificate: { validTo: later(-1), issuer: "x" },
      },
    },
    what: /certificate of the API server has expired/,
    explains: [/does not answer/],
  },
  {
    name: "a kubeconfig about to expire",
    with: { api: { at: "c:6443", client: { validTo: later(86_400_000), issuer: "x" } } },
    what: /certificate in the kubeconfig expires in 24 h/,
  },
  {
    name: "a node that is not ready, and all that was on it",
    with: {
      nodes: [condition("Ready", "Unknown", "Kubelet stopped posting node status.", "NodeStatusUnknown")],
      pods: [
        ...["dashboard", "postgresql"].map((component): Pod => ({
          ...pod(component),
          metadata: { ...pod(component).metadata, deletionTimestamp: ago(30) },
        })),
        unschedulable(
          "worker",
          "0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
        ),
        pod("redis"),
      ],
      workloads: healthy.workloads.map((each) => ({
        ...each,
        status: { readyReplicas: each.metadata.name === "lstm-pfd-worker" ? 0 : 1 },
      })),
    },
    what: /^node node-a is not ready$/,
    evidence: /NodeStatusUnknown: Kubelet stopped posting/,
    command: "kubectl describe node node-a",
    severity: "down",
    explains: [
      /dashboard.*does not end/,
      /postgresql.*does not end/,
      /worker.*no node takes it, for taints/,
      /lstm-pfd-worker has 0 of 1/,
    ],
  },
  {
    name: "a node that is short of disk, and what it has evicted",
    with: {
      nodes: [condition("DiskPressure", "True", "kubelet has disk pressure", "KubeletHasDiskPressure")],
      pods: [
        ...healthy.pods,
        {
          ...pod("worker", "lstm-pfd-worker-7c9d8b6f5d-old"),
          status: {
            phase: "Failed",
            reason: "Evicted",
            message: "The node was low on resource: ephemeral-storage.",
          },
        },
      ],
    },
    what: /node node-a is short of disk/,
    explains: [/it was evicted/],
  },
  {
    name: "a node that is cordoned",
    with: { nodes: [{ ...node, spec: { unschedulable: true } }] },
    what: /node node-a is cordoned/,
    command: "kubectl uncordon node-a",
    severity: "look",
  },
  {
    name: "too little room",
    with: {
      pods: withPod(
        "worker",
        unschedulable(
          "worker",
          "0/3 nodes are available: 3 Insufficient memory. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.",
        ),
      ),
    },
    what: /no node takes it, for room/,
    evidence: /3 Insufficient memory/,
    todo: /…Resources/,
  },
  {
    name: "a volume in another zone",
    with: {
      pods: withPod(
        "worker",
        unschedulable("worker", "0/3 nodes are available: 3 node(s) had volume node affinity conflict."),
      ),
    },
    what: /for its volume/,
  },
  {
    name: "room and taints",
    with: {
      pods: withPod(
        "worker",
        unschedulable(
          "worker",
          "0/3 nodes are available: 1 node(s) had untolerated taint {dedicated: db}, 2 Insufficient cpu.",
        ),
      ),
    },
    what: /for room and taints/,
  },
  {
    name: "an image that is not there",
    with: {
      pods: withPod(
        "worker",
        waiting("worker", "ImagePullBackOff", 'Back-off pulling image "registry.example.com/lstm-pfd:wrong"'),
      ),
      events: [
        event(
          "Pod",
          pod("worker").metadata.name,
          "Failed",
          'Failed to pull image "registry.example.com/lstm-pfd:wrong": rpc error: code = NotFound desc = failed to resolve reference: registry.example.com/lstm-pfd:wrong: not found',
        ),
        event("Pod", pod("worker").metadata.name, "Failed", "Error: ImagePullBackOff", 1),
      ],
    },
    what: /worker.*the registry has no such image/,
    evidence: /code = NotFound/,
  },
  {
    name: "an image that may not be pulled",
    with: {
      pods: withPod(
        "worker",
        waiting(
          "worker",
          "ErrImagePull",
          "failed to authorize: failed to fetch anonymous token: unexpected status from GET request: 401 Unauthorized",
        ),
      ),
    },
    what: /does not let the node pull/,
    todo: /imagePullSecret/,
  },
  {
    name: "a registry that cannot be reached",
    with: {
      pods: withPod(
        "worker",
        waiting("worker", "ErrImagePull", "dial tcp: lookup registry.example.com: no such host"),
      ),
    },
    what: /registry cannot be reached/,
  },
  {
    name: "a Secret that is missing",
    with: {
      pods: withPod(
        "worker",
        waiting("worker", "CreateContainerConfigError", 'secret "lstm-pfd-secrets" not found'),
      ),
    },
    what: /configured with is missing/,
    evidence: /lstm-pfd-secrets/,
  },
  {
    name: "a container that ends, and says why",
    with: crashing(
      "postgresql",
      "starting\nstart-postgres: /var/lib/postgresql/pgdata was written by PostgreSQL 15 and this image holds 17; use an image of major version 15",
    ),
    what: /postgresql ends again and again: the image has another major version/,
    todo: /imagePostgres/,
    command: /logs lstm-pfd-postgresql\S+ -c postgresql --previous/,
  },
  {
    name: "a site that was superseded",
    with: crashing("postgresql", "", {
      exitCode: 1,
      message: "start-postgres: this database is not served any more: site site-b opened generation 3",
    }),
    what: /another site has taken this database over/,
    severity: "down",
  },
  {
    name: "a container that ends, and is not known",
    with: crashing("worker", "Traceback (most recent call last):\nKeyError: 'queue'"),
    what: /worker ends again and again$/,
    evidence: /KeyError: 'queue'/,
  },
  {
    name: "a container between two of its ends",
    with: {
      ...crashing("worker", "OSError: [Errno 28] No space left on device"),
      pods: withPod("worker", {
        ...pod("worker"),
        status: {
          phase: "Running",
          conditions: [{ type: "Ready", status: "False", lastTransitionTime: ago(1) }],
          containerStatuses: [
            {
              name: "worker",
              ready: false,
              restartCount: 5,
              state: { running: {} },
              lastState: { terminated: { exitCode: 1, finishedAt: ago(2) } },
            },
          ],
        },
      }),
    },
    what: /worker ends again and again: a volume or a disk is full/,
  },
  {
    name: "memory that was not enough",
    with: {
      pods: withPod("worker", {
        ...pod("worker"),
        status: {
          ...pod("worker").status,
          containerStatuses: [
            {
              name: "worker",
              ready: true,
              restartCount: 4,
              state: { running: {} },
              lastState: { terminated: { exitCode: 137, reason: "OOMKilled", finishedAt: ago(10) } },
            },
          ],
        },
      }),
    },
    what: /worker was killed because it took more memory/,
    evidence: /4 restarts/,
    todo: /workerResources/,
  },
  {
    name: "a claim that gets no volume, and the pod that waits for it",
    with: {
      claims: claim({ phase: "Pending" }),
      events: [
        event(
          "PersistentVolumeClaim",
          "lstm-pfd-postgresql",
          "ProvisioningFailed",
          'storageclass.storage.k8s.io "fast" not found',
        ),
      ],
      pods: withPod(
        "postgresql",
        unschedulable(
          "postgresql",
          "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.",
          "lstm-pfd-postgresql",
        ),
      ),
    },
    what: /claim lstm-pfd-postgresql gets no volume/,
    evidence: /storageclass.storage.k8s.io "fast" not found/,
    explains: [/postgresql.*for its volume/],
  },
  {
    name: "a claim that has lost its volume",
    with: { claims: claim({ phase: "Lost" }) },
    what: /has lost its volume/,
  },
  {
    name: "a claim that is being made larger",
    with: {
      claims: claim({
        conditions: [
          {
            type: "FileSystemResizePending",
            status: "True",
            message: "Waiting for user to (re-)start a pod",
          },
        ],
      }),
    },
    what: /being made larger/,
    severity: "look",
  },
  {
    name: "a claim that cannot be made larger",
    with: {
      claims: claim({ conditions: [{ type: "Resizing", status: "True" }] }),
      events: [event("PersistentVolumeClaim", "lstm-pfd-postgresql", "VolumeResizeFailed", "rate limit")],
    },
    what: /cannot be made larger/,
    evidence: /rate limit/,
  },
  {
    name: "a volume that is nearly full",
    with: {
      volumes: [{ namespace: "lstm-pfd", claim: "lstm-pfd-checkpoints", usedBytes: 90, capacityBytes: 100 }],
    },
    what: /volume of claim lstm-pfd-checkpoints is nearly full/,
    command: "npm run up -- --stack prod --config checkpointsSizeGi=SIZE",
  },
  {
    name: "a volume without inodes",
    with: {
      volumes: [
        {
          namespace: "lstm-pfd",
          claim: "lstm-pfd-checkpoints",
          usedBytes: 1,
          capacityBytes: 100,
          inodes: 1000,
          freeInodes: 1,
        },
      ],
    },
    what: /is full: of files/,
  },
  {
    name: "a quota that is used up",
    with: {
      events: [
        event(
          "ReplicaSet",
          "lstm-pfd-worker-5f6d7c8b9c",
          "FailedCreate",
          'Error creating: pods "lstm-pfd-worker-5f6d7c8b9c-" is forbidden: exceeded quota: compute, requested: requests.memory=2Gi, used: requests.memory=7Gi, limited: requests.memory=8Gi',
        ),
      ],
      pods: others("worker"),
      workloads: healthy.workloads.map((each) =>
        each.metadata.name === "lstm-pfd-worker" ? { ...each, status: {} } : each,
      ),
    },
    what: /quota compute is used up/,
    evidence: /limited: requests.memory=8Gi/,
    command: "kubectl -n lstm-pfd describe quota compute",
    explains: [/lstm-pfd-worker has 0 of 1/],
  },
  {
    name: "a release that is stuck in its upgrade",
    with: releases("pending-upgrade", true),
    what: /Helm release lstm-pfd is stuck: pending-upgrade/,
    command: "helm -n lstm-pfd rollback lstm-pfd",
  },
  {
    name: "a release that is stuck in its installation",
    with: releases("pending-install", false),
    what: /stuck: pending-install/,
    command: "kubectl -n lstm-pfd delete secret sh.helm.release.v1.lstm-pfd.v1",
  },
  {
    name: "a release that has failed",
    with: releases("failed", true),
    what: /is failed/,
    command: "npm run up -- --stack prod",
  },
  {
    name: "a webhook behind which nobody is",
    with: {
      webhooks: {
        ...healthy.webhooks,
        endpoints: [
          {
            metadata: {
              name: "x",
              namespace: "cert-manager",
              labels: { "kubernetes.io/service-name": "cert-manager-webhook" },
            },
            endpoints: [{ conditions: { ready: false } }],
          },
        ],
      },
    },
    what: /webhook webhook.cert-manager.io does not answer/,
  },
  {
    name: "a definition that is not served",
    with: {
      extensions: [
        {
          metadata: { name: "certificates.cert-manager.io" },
          status: { conditions: [{ type: "Established", status: "False", reason: "Installing" }] },
        },
      ],
    },
    what: /certificates.cert-manager.io is not served/,
  },
  {
    name: "an extension that does not answer",
    with: {
      extensions: [
        {
          metadata: { name: "v1beta1.metrics.k8s.io" },
          status: { conditions: [{ type: "Available", status: "False", reason: "FailedDiscoveryCheck" }] },
        },
      ],
    },
    what: /extension v1beta1.metrics.k8s.io of the API does not answer/,
  },
  {
    name: "a certificate that is not ready",
    with: {
      certificates: healthy.certificates.map((each) => ({
        ...each,
        status: {
          conditions: [
            {
              type: "Ready",
              status: "False",
              reason: "DoesNotExist",
              message: "Issuing certificate as Secret does not exist",
            },
            {
              type: "Issuing",
              status: "False",
              reason: "Failed",
              message: "order is invalid: 429 rateLimited",
            },
          ],
        },
      })),
    },
    what: /certificate lstm-pfd-tls is not ready/,
    evidence: /429 rateLimited/,
  },
  {
    name: "a certificate that was not renewed",
    with: {
      certificates: healthy.certificates.map((each) => ({
        ...each,
        status: { ...each.status, notAfter: later(3 * 86_400_000).toISOString() },
      })),
    },
    what: /certificate lstm-pfd-tls expires in 3 d/,
  },
  {
    name: "an Ingress without an address",
    with: {
      ingressServices: [
        { metadata: { name: "traefik", namespace: "ingress" }, spec: { type: "LoadBalancer" }, status: {} },
      ],
    },
    what: /the Ingress has no address/,
    command: "kubectl -n ingress describe service traefik",
  },
  { name: "an Ingress that nobody serves", with: { ingressServices: [] }, what: /no ingress controller/ },
  {
    name: "a suspended CronJob",
    with: { cronJobs: [{ ...cronJob, spec: { ...cronJob.spec, suspend: true } }] },
    what: /^CronJob backup-database-incr is suspended$/,
    evidence: /started last at 2026-01-31T10:00:00Z/,
    command: /patch cronjob backup-database-incr/,
  },
  {
    name: "a restore in place that was left",
    with: {
      held: [
        {
          name: "lstm-pfd-held",
          text: JSON.stringify({
            action: "replace",
            wanted: "2026-01-31T10:00:00Z",
            startedAt: ago(40),
            replicas: {},
            suspended: {},
          }),
        },
      ],
      cronJobs: [{ ...cronJob, spec: { ...cronJob.spec, suspend: true } }],
      workloads: healthy.workloads.map((each) =>
        each.metadata.name === "lstm-pfd-worker" ? workload("worker", 0, "kubectl") : each,
      ),
      pods: others("worker"),
    },
    what: /the application is held: a restore of the database in place/,
    evidence: /ConfigMap lstm-pfd\/lstm-pfd-held: replace 2026-01-31T10:00:00Z, since 2026-01-31T11:20:00Z/,
    command: "npm run restore -- --stack prod database --to 2026-01-31T10:00:00Z",
    explains: [/lstm-pfd-worker was scaled by hand, to 0/, /CronJob backup-database-incr is suspended/],
  },
  {
    name: "a restore of models that was left",
    with: {
      held: [
        {
          name: "lstm-pfd-restore-models",
          text: JSON.stringify({ action: "replace", snapshot: "models-20260131-030000" }),
        },
      ],
    },
    what: /the worker is held/,
    command: "npm run restore -- --stack prod models --snapshot models-20260131-030000",
  },
  {
    name: "a CronJob that was not started",
    with: { cronJobs: [{ ...cronJob, status: { lastScheduleTime: "2026-01-30T22:00:00Z" } }] },
    what: /was not started at its time/,
    evidence: /due at 2026-01-31T10:00:00.000Z .*last at 2026-01-30T22:00:00Z/,
  },
  {
    name: "a run that has failed, with its sentence",
    with: failedJob(
      "backup-models-always",
      "backup-models: checkpoints/a.pth is cut off; no snapshot was taken, and the newest good one stays; write it anew",
    ),
    what: /the last run of backup-models-always failed, 50 min ago/,
    evidence: /a\.pth is cut off/,
  },
  {
    name: "a run that has failed for a revoked key",
    with: {
      ...failedJob(
        "backup-database-full",
        "backup-database: the access key was refused (InvalidAccessKeyId); check the keys",
      ),
      ...refused("the access key was refused (InvalidAccessKeyId)"),
    },
    what: /keys of writer: it does not know the key/,
    explains: [/the last run of backup-database-full failed/],
  },
  {
    name: "a worker that was scaled by hand",
    with: {
      workloads: healthy.workloads.map((each) =>
        each.metadata.name === "lstm-pfd-worker" ? workload("worker", 3, "kubectl") : each,
      ),
    },
    what: /Deployment lstm-pfd-worker was scaled by hand, to 3/,
    evidence: /set by kubectl; the configuration wants 1/,
    severity: "look",
  },
  {
    name: "an image that was set by hand",
    with: {
      workloads: healthy.workloads.map((each) =>
        each.metadata.name === "lstm-pfd-worker"
          ? {
              ...each,
              metadata: {
                ...each.metadata,
                managedFields: [
                  {
                    manager: "kubectl-set",
                    fieldsV1: {
                      "f:spec": {
                        "f:template": {
                          "f:spec": { "f:containers": { 'k:{"name":"worker"}': { "f:image": {} } } },
                        },
                      },
                    },
                  },
                ],
              },
            }
          : each,
      ),
    },
    what: /the image of Deployment lstm-pfd-worker was changed by hand/,
    command: "kubectl -n lstm-pfd rollout undo deployment lstm-pfd-worker",
  },
  {
    name: "archiving that fails",
    with: { database: { ...healthy.database, lastFailed: "2026-01-31T11:59:59+00:00", waiting: 4 } },
    what: /archiving fails/,
    evidence: /4 segments wait; archived last 2026-01-31T11:59:40\+00:00, failed last/,
    severity: "at risk",
  },
  {
    name: "archiving that stands",
    with: { database: { ...healthy.database, lastArchived: "2026-01-31T11:00:00+00:00", waiting: 20 } },
    what: /archiving stands/,
  },
  {
    name: "archiving that has fallen behind",
    with: { database: { ...healthy.database, waiting: 20 } },
    what: /fallen behind/,
    severity: "look",
  },
  {
    name: "a revoked key by which the log fills the volume",
    with: {
      ...refused("the access key was refused (InvalidAccessKeyId)"),
      database: {
        ...healthy.database,
        lastFailed: "2026-01-31T11:59:59+00:00",
        waiting: 300,
        walBytes: 5 * 2 ** 30,
      },
      volumes: [
        {
          namespace: "lstm-pfd",
          claim: "lstm-pfd-postgresql",
          usedBytes: 9 * 2 ** 30,
          capacityBytes: 10 * 2 ** 30,
        },
      ],
    },
    what: /keys of writer: it does not know the key/,
    explains: [/archiving fails/, /pg_wal fills the volume/, /is nearly full/],
  },
  {
    name: "a fence, as the server's lines say it",
    with: {
      database: { ...healthy.database, lastFailed: "2026-01-31T11:59:59+00:00" },
      logs: [
        {
          namespace: "lstm-pfd",
          pod: "lstm-pfd-postgresql-0",
          container: "postgresql",
          previous: false,
          text: "x\npgbackrest-push: nothing is archived: superseded: site site-b, generation 3\n",
        },
      ],
    },
    what: /another site has taken this database over/,
    explains: [/archiving fails/],
  },
  {
    name: "a database in recovery",
    with: { database: { ...healthy.database, inRecovery: true } },
    what: /in recovery/,
  },
  {
    name: "a model that does not load",
    with: {
      application: {
        modelLoaded: false,
        unhealthy:
          "kubectl get: Error from server (ServiceUnavailable): the server is currently unable to handle the request",
      },
      logs: [
        {
          namespace: "lstm-pfd",
          pod: "d",
          container: "dashboard",
          previous: false,
          text: "listening\nmodel: /app/checkpoints/best_model.pth is cut off\n",
        },
      ],
    },
    what: /has not loaded the model/,
    evidence: /best_model.pth is cut off/,
    command: "npm run restore -- --stack prod models --plan",
    explains: [/not healthy/],
  },
  {
    name: "Redis that is not there, and the application without it",
    with: {
      pods: withPod("redis", waiting("redis", "ImagePullBackOff", "manifest unknown")),
      application: { modelLoaded: true, unhealthy: "redis: connect ECONNREFUSED 10.0.0.1:6379" },
    },
    what: /redis.*the registry has no such image/,
    explains: [/not healthy: Redis does not answer/],
  },
  {
    name: "an image that was set by hand, and cannot be pulled",
    with: {
      pods: withPod("worker", waiting("worker", "ErrImagePull", "manifest unknown")),
      workloads: healthy.workloads.map((each) =>
        each.metadata.name === "lstm-pfd-worker"
          ? {
              ...each,
              metadata: {
                ...each.metadata,
                managedFields: [{ manager: "kubectl-set", fieldsV1: { "f:spec": { "f:image": {} } } }],
              },
              status: { readyReplicas: 0 },
            }
          : each,
      ),
    },
    what: /the image of Deployment lstm-pfd-worker was changed by hand/,
    explains: [/the registry has no such image/, /lstm-pfd-worker has 0 of 1 pods ready/],
  },
  {
    name: "pods that the configuration no longer wants",
    with: { wantedPods: { ...healthy.wantedPods, "lstm-pfd-worker": 2 } },
    what: /Deployment lstm-pfd-worker is to have 1 pods, which is not what the configuration says/,
    severity: "look",
  },
  {
    name: "ten pods with one trouble",
    with: {
      pods: [
        ...others("worker"),
        ...Array.from({ length: 10 }, (_, index) => ({
          ...waiting("worker", "ErrImagePull", "manifest unknown"),
          metadata: { ...pod("worker").metadata, name: `lstm-pfd-worker-7c9d8b6f5d-${index}` },
        })),
      ],
    },
    what: /worker-7c9d8b6f5d-0 \(and 9 more of lstm-pfd-worker\)/,
  },
];

describe("doctor: from facts to causes", () => {
  it("finds nothing on a healthy site", () => {
    assert.deepEqual(judge(factsWith(), context), []);
  });

  for (const {
    name,
    with: changed,
    node: version,
    what,
    evidence,
    todo,
    command,
    severity,
    explains = [],
  } of cases)
    it(`names ${name}`, () => {
      const causes = causesFirst(judge(factsWith(changed, version), context));
      const shown = causes
        .map((cause) => [cause.what, ...cause.explains.map((each) => `  ${each.what}`)].join("\n"))
        .join("\n");
      const [cause] = causes;
      assert.equal(causes.length, 1, shown);
      assert.ok(cause);
      assert.match(cause.what, what);
      if (evidence !== undefined) assert.match(cause.evidence, evidence);
      if (todo !== undefined) assert.match(cause.todo, todo);
      if (severity !== undefined) assert.equal(cause.severity, severity);
      if (typeof command === "string") assert.equal(cause.command, command);
      else if (command !== undefined) assert.match(cause.command ?? "", command);
      assert.equal(cause.explains.length, explains.length, shown);
      for (const symptom of explains)
        assert.ok(
          cause.explains.some((each) => symptom.test(each.what)),
          `${String(symptom)} is not in\n${shown}`,
        );
    });

  it("names a Node.js 20 from when the SDK takes none", () => {
    const old = (now: string) => judge(factsWith({}, "v20.19.0"), { ...context, now: new Date(now) });
    assert.ok(!old("2026-12-31T00:00:00Z").some(({ about }) => about.includes("node.js")));
    assert.ok(old("2027-01-01T00:00:00Z").some(({ what }) => what === "Node.js is an old one"));
  });

  it("makes less of a failed command that somebody has run than of a failed backup", () => {
    const failed = (name: string, owned: boolean) => {
      const changed = failedJob(name, "x: it failed; see why");
      const own = (changed.jobs ?? []).map((job) =>
        owned || !job.metadata.name.startsWith(name)
          ? job
          : { ...job, metadata: { name: job.metadata.name, namespace: "lstm-pfd" } },
      );
      return judge(factsWith({ ...changed, jobs: own }), context).map(({ severity }) => severity);
    };
    assert.deepEqual(failed("backup-models-always", true), ["at risk"]);
    assert.deepEqual(failed("verify", false), ["at risk"]);
    assert.deepEqual(failed("moments", false), ["look"]);
  });

  it("shows no secret that a line of a log holds", () => {
    const facts = factsWith(
      crashing("worker", "connecting to postgresql://lstm_pfd:hunter22@db/x with of-the-kit"),
    );
    const report = doctorReport(facts, context, ["of-the-kit"]);
    assert.match(report.causes[0]?.evidence ?? "", /connecting to postgresql:/);
    assert.doesNotMatch(JSON.stringify(report), /hunter22|of-the-kit/);
  });

  const silent: [string, Partial<Answers>][] = [
    ["a clock that differs by 29 s", store({ storeTime: later(29_000) })],
    [
      "a pod that has just started",
      {
        pods: withPod("worker", {
          ...pod("worker"),
          status: {
            phase: "Running",
            conditions: [{ type: "Ready", status: "False", lastTransitionTime: ago(1) }],
          },
        }),
      },
    ],
    [
      "a run that is under way",
      { cronJobs: [{ ...cronJob, status: { lastScheduleTime: "2026-01-31T06:00:00Z", active: [{}] } }] },
    ],
    [
      "a failed run that a later one has mended",
      {
        jobs: [
          ...(failedJob("backup-models-always", "x").jobs ?? []),
          {
            metadata: {
              name: "backup-models-always-29496721",
              namespace: "lstm-pfd",
              ownerReferences: [{ kind: "CronJob", name: "backup-models-always" }],
            },
            status: { startTime: ago(5), conditions: [{ type: "Complete", status: "True" }] },
          },
        ],
      },
    ],
    [
      "a quota event whose pod is there by now",
      {
        events: [
          event("ReplicaSet", "lstm-pfd-worker-7c9d8b6f5d", "FailedCreate", "exceeded quota: compute, x"),
        ],
      },
    ],
    [
      "a Service that needs no balancer",
      {
        ingressServices: [
          {
            metadata: { name: "traefik", namespace: "ingress" },
            spec: { type: "ClusterIP" },
            status: { loadBalancer: {} },
          },
        ],
      },
    ],
    [
      "a scale that an autoscaler has set",
      {
        autoscalers: [
          {
            metadata: { name: "w" },
            spec: { scaleTargetRef: { kind: "Deployment", name: "lstm-pfd-worker" } },
          },
        ],
        workloads: [workload("worker", 4, "kube-controller-manager")],
      },
    ],
    [
      "old lines of a fence, where it archives again",
      {
        logs: [
          {
            namespace: "lstm-pfd",
            pod: "p",
            container: "postgresql",
            previous: false,
            text: "pgbackrest-push: nothing is archived: held: site-b",
          },
        ],
      },
    ],
    [
      "a large volume with a tenth of it free",
      {
        volumes: [
          {
            namespace: "lstm-pfd",
            claim: "lstm-pfd-postgresql",
            usedBytes: 900 * 2 ** 30,
            capacityBytes: 1000 * 2 ** 30,
          },
        ],
      },
    ],
    [
      "a pod that has ended well",
      { pods: [...healthy.pods, { ...pod("worker"), status: { phase: "Succeeded" } }] },
    ],
  ];
  for (const [name, changed] of silent)
    it(`says nothing of ${name}`, () => {
      assert.deepEqual(judge(factsWith(changed), context), []);
    });
});
