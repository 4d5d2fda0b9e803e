import { join } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type IngressEndpoint, ingressEndpointValues } from "../plan/ingressEndpoint";
import { productionValues, type ProductionPlan } from "../plan/productionValues";
import { names, repositorySecret } from "../plan/names";

/** Arguments of {@link Application}. */
export interface ApplicationArgs {
  /** Kubernetes namespace of the release. */
  namespace: pulumi.Input<string>;
  /** Full references. */
  images: { application: string; postgres: string; redis: string };
  dashboardReplicas: number;
  workerReplicas: number;
  /** Command of the worker. @default that of the stand-in, also when it is empty */
  workerCommand?: readonly string[];
  /** How the world gets in. @default it does not */
  ingressEndpoint?: IngressEndpoint | undefined;
  /** How pods scale, on a cluster with several nodes. @default they do not */
  production?: ProductionPlan | undefined;
  /** Seconds after which a WAL segment is closed and archived. */
  archiveTimeoutSeconds: number;
  /** Whether `up` waits until every pod is ready. False only while there is no model yet. @default true */
  awaitReady?: boolean;
}

const chart = join(__dirname, "..", "chart");
const releaseTimeoutSeconds = 600;

/** Dashboard, worker, PostgreSQL and Redis: the Helm release of `chart/` on volumes that hold the data already. */
export class Application extends pulumi.ComponentResource {
  constructor(name: string, args: ApplicationArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:index:Application", name, {}, options);
    new k8s.helm.v3.Release(
      name,
      {
        name: "lstm-pfd",
        namespace: args.namespace,
        chart,
        values: chartValues(args),
        timeout: releaseTimeoutSeconds,
        skipAwait: args.awaitReady === false,
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

/** Values of the chart that the stack decides. */
export function chartValues(
  args: Omit<ApplicationArgs, "namespace" | "awaitReady">,
): Record<string, unknown> {
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
