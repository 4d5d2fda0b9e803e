import { type IngressEndpoint, ingressEndpointValues } from "./ingressEndpoint";
import { names, repositorySecret } from "./names";
import { checkScaling } from "./replicas";

/** How the pods of the application scale. */
export interface ProductionPlan {
  /** Namespace of the ingress controller. */
  ingressNamespace: string;
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
  /** Seconds after which a WAL segment is closed and archived. */
  archiveTimeoutSeconds: number;
}

/** Values of the chart that the stack decides. */
export function chartValues(args: ApplicationPlan): Record<string, unknown> {
  const { images, dashboardReplicas, workerReplicas, workerCommand = [], archiveTimeoutSeconds } = args;
  const { dashboard, worker, ...production } =
    args.production === undefined ? {} : productionValues(args.production);
  return {
    images,
    existingSecret: names.applicationSecret,
    repository: { configMap: names.repositoryConfiguration, secret: repositorySecret("writer") },
    postgresql: {
      existingClaim: names.databaseClaim,
      archiveTimeoutSeconds,
      database: names.database,
      user: names.databaseUser,
    },
    checkpoints: {
      existingClaim: names.checkpointsClaim,
      mountPath: names.checkpointsDirectory,
      modelFile: names.modelFile,
    },
    ...(args.ingressEndpoint === undefined ? {} : ingressEndpointValues(args.ingressEndpoint)),
    ...production,
    dashboard: { replicas: dashboardReplicas, ...dashboard },
    worker: {
      replicas: workerReplicas,
      ...(workerCommand.length === 0 ? {} : { command: workerCommand }),
      ...worker,
    },
  };
}

/** Share of its requested CPU at which a workload gets one more pod, percent. */
const targetCpuPercent = 70;

/** Values of the chart for a cluster with several nodes, metrics, and a network that enforces policies. */
export function productionValues(plan: ProductionPlan): {
  highAvailability: { enabled: true };
  networkPolicies: Record<string, unknown>;
  dashboard: { autoscaling: Record<string, unknown> };
  worker: { autoscaling: Record<string, unknown> };
} {
  const { ingressNamespace, dashboard, worker } = plan;
  for (const [name, { minReplicas, maxReplicas }] of Object.entries({ dashboard, worker }))
    checkScaling(`${name}.minReplicas`, minReplicas, `${name}.maxReplicas`, maxReplicas);
  return {
    highAvailability: { enabled: true },
    networkPolicies: { enabled: true, ingressNamespace },
    dashboard: { autoscaling: { enabled: true, ...dashboard, targetCpuPercent } },
    worker: { autoscaling: { enabled: true, ...worker, targetCpuPercent } },
  };
}

/** URL of the database for the application; the password may hold any character. */
export function databaseUrl(password: string): string {
  return `postgresql://${names.databaseUser}:${encodeURIComponent(password)}@${names.databaseStatefulSet}:5432/${names.database}`;
}
