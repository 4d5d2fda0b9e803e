import type { Input } from "@pulumi/pulumi";
import { type IngressEndpoint, ingressEndpointValues } from "./ingressEndpoint";
import { imagePullSecrets, names, onDatabaseNodes, repositorySecret } from "./names";
import { postgresMemory, postgresSharedMemoryMi, redisMaxMemoryMi } from "./postgresMemory";
import { checkScaling } from "./replicas";
import { type ComponentName, mebibytes, productionResources, type Resources } from "./resources";
import type { SecretDigests } from "./secretDigests";

/** How the pods of the application scale. */
export interface ProductionPlan {
  /** Namespace of the ingress controller. */
  ingressNamespace: string;
  /** Nodes that are the database's alone, and that are replaced at a time of one's choice. */
  database: { ownNodes: boolean; window: boolean };
  /** Fewest and most pods, by workload. */
  dashboard: { minReplicas: number; maxReplicas: number };
  worker: { minReplicas: number; maxReplicas: number };
}

/** What the values of the application's chart depend on. */
export interface ApplicationPlan {
  /** Full references. */
  images: { application: string; postgres: string; redis: string };
  dashboardReplicas: number;
  workerReplicas: number;
  /** Command of the worker. @default that of the stand-in, also when it is empty */
  workerCommand?: readonly string[];
  /** Ingress endpoint of the application. @default none */
  ingressEndpoint?: IngressEndpoint | undefined;
  /** How pods scale, on a cluster with several nodes. @default they do not */
  production?: ProductionPlan | undefined;
  /** Where the object store is, for the watcher of the lineage. @default {} */
  repositoryEnvironment?: Record<string, string>;
  /** Seconds after which a WAL segment is closed and archived. */
  archiveTimeoutSeconds: number;
  /** What each pod asks for and may take. @default productionResources */
  resources?: Record<ComponentName, Resources>;
  /** Whether pods pull their images with the namespace's credentials. @default false */
  pullsWithSecret?: boolean;
  /** Secret and ConfigMap of the namespace whose keys are variables of dashboard and worker; empty for none. @default none */
  environmentFrom?: { secret: string; configMap: string };
  /** Of the Secrets that the pods read: when one changes, those that read it restart. @default they do not */
  secretDigests?: Input<SecretDigests>;
}

/** Values of the chart that the stack decides. */
export function chartValues(args: ApplicationPlan): Record<string, unknown> {
  const { images, dashboardReplicas, workerReplicas, workerCommand = [], archiveTimeoutSeconds } = args;
  const { resources = productionResources, environmentFrom, pullsWithSecret = false } = args;
  const databaseMemoryMi = mebibytes(resources.database.limits.memory);
  const { dashboard, worker, postgresql, ...production } =
    args.production === undefined ? {} : productionValues(args.production);
  return {
    images,
    ...imagePullSecrets(pullsWithSecret),
    existingSecret: names.applicationSecret,
    ...(environmentFrom === undefined ? {} : { environmentFrom }),
    ...(args.secretDigests === undefined ? {} : { secretDigests: args.secretDigests }),
    repository: {
      configMap: names.repositoryConfiguration,
      secret: repositorySecret("writer"),
      environment: args.repositoryEnvironment ?? {},
    },
    postgresql: {
      existingClaim: names.databaseClaim,
      archiveTimeoutSeconds,
      database: names.database,
      user: names.databaseUser,
      resources: resources.database,
      memory: postgresMemory(databaseMemoryMi),
      sharedMemory: `${postgresSharedMemoryMi(databaseMemoryMi)}Mi`,
      ...postgresql,
    },
    checkpoints: {
      existingClaim: names.checkpointsClaim,
      mountPath: names.checkpointsDirectory,
      modelFile: names.modelFile,
    },
    ...(args.ingressEndpoint === undefined ? {} : ingressEndpointValues(args.ingressEndpoint)),
    ...production,
    dashboard: { replicas: dashboardReplicas, ...memoryOf(resources.dashboard), ...dashboard },
    worker: {
      replicas: workerReplicas,
      ...memoryOf(resources.worker),
      ...(workerCommand.length === 0 ? {} : { command: workerCommand }),
      ...worker,
    },
    redis: {
      resources: resources.redis,
      maxMemory: `${redisMaxMemoryMi(mebibytes(resources.redis.limits.memory))}mb`,
    },
  };
}

/** Loaders of PyTorch hand their batches over in shared memory. What is used of it counts as the container's memory. */
function memoryOf(resources: Resources): { resources: Resources; sharedMemory: string } {
  return { resources, sharedMemory: `${Math.floor(mebibytes(resources.limits.memory) / 4)}Mi` };
}

/** Share of its requested CPU at which a workload gets one more pod, percent. */
const targetCpuPercent = 70;

/** Values of the chart for a cluster with several nodes, metrics, and a network that enforces policies. */
export function productionValues(plan: ProductionPlan): {
  highAvailability: { enabled: true };
  networkPolicies: Record<string, unknown>;
  postgresql: Record<string, unknown>;
  dashboard: { autoscaling: Record<string, unknown> };
  worker: { autoscaling: Record<string, unknown> };
} {
  const { ingressNamespace, database, dashboard, worker } = plan;
  for (const [name, { minReplicas, maxReplicas }] of Object.entries({ dashboard, worker }))
    checkScaling(`${name}.minReplicas`, minReplicas, `${name}.maxReplicas`, maxReplicas);
  return {
    highAvailability: { enabled: true },
    networkPolicies: { enabled: true, ingressNamespace },
    // A budget that lets nobody move the database would keep Karpenter from doing it in the window, too.
    postgresql: {
      ...(database.ownNodes ? onDatabaseNodes : {}),
      disruptionBudget: !(database.ownNodes && database.window),
    },
    dashboard: { autoscaling: { enabled: true, ...dashboard, targetCpuPercent } },
    worker: { autoscaling: { enabled: true, ...worker, targetCpuPercent } },
  };
}

/** URL of the database for the application; the password may hold any character. */
export function databaseUrl(password: string): string {
  return `postgresql://${names.databaseUser}:${encodeURIComponent(password)}@${names.databaseStatefulSet}:5432/${names.database}`;
}
