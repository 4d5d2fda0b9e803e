import { join } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { directoryDigest } from "../lib/directoryDigest";
import { type ApplicationPlan, chartValues } from "../plan/applicationValues";

/** Arguments of {@link Application}. */
export interface ApplicationArgs extends ApplicationPlan {
  /** Kubernetes namespace of the release. */
  namespace: pulumi.Input<string>;
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
        // The provider compares arguments, not files: without this a changed template would not be rolled out.
        description: `chart ${directoryDigest(chart)}`,
        values: chartValues(args),
        timeout: releaseTimeoutSeconds,
        skipAwait: args.awaitReady === false,
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
