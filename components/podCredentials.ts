import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import {
  credentialsJob,
  jobNames,
  recoveryLabels,
  repositoryRoles,
  repositoryServiceAccount,
  type RepositoryRole,
  triedAgain,
} from "../plan/names";
import { recoveryPodTemplate } from "../plan/recoveryPod";
import { stepJobSpec } from "../plan/stepJob";

/** Arguments of {@link PodCredentials}. */
export interface PodCredentialsArgs {
  /** Kubernetes namespace of the service accounts. */
  namespace: pulumi.Input<string>;
  /** Images of the commands, full references. */
  images: { postgres: string; operations: string };
  /** Settings of the object store, for the command's environment. */
  environment: Record<string, string>;
  /** The database has nodes of its own, which are made for the writer's pod then. @default false */
  databaseNodes?: boolean;
}

/** All pods of a role together: nodes may have to be made first, and an image to be fetched. */
const deadlineSeconds = 15 * 60;

/**
 * Waits until pods of each role get credentials at AWS that the backup bucket takes. A Pod Identity association reaches new pods
 * some seconds after it was made, and those that were admitted before it never, so each try is a new pod. They have the image
 * and the Secret of what comes next: what cannot be pulled or found, and a pod that no node takes, end `up` here, within a
 * quarter of an hour.
 */
export class PodCredentials extends pulumi.ComponentResource {
  constructor(name: string, args: PodCredentialsArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:index:PodCredentials", name, {}, options);
    for (const role of repositoryRoles) this.job(`${name}-${role}`, role, args);
    this.registerOutputs({});
  }

  private job(
    name: string,
    role: RepositoryRole,
    { namespace, images, environment, databaseNodes = false }: PodCredentialsArgs,
  ): void {
    const labels = recoveryLabels(credentialsJob(role), undefined, "restore");
    const template = recoveryPodTemplate({
      command: [jobNames.awaitCredentials],
      // At AWS the writer restores the database: its node is made and its image is fetched meanwhile.
      image: role === "writer" ? images.postgres : images.operations,
      podKind: "network",
      databaseNodes: role === "writer" && databaseNodes,
      serviceAccount: repositoryServiceAccount(role),
      labels,
      repositoryRole: role,
      environment,
    });
    new k8s.batch.v1.Job(
      name,
      {
        metadata: { name: credentialsJob(role), namespace, labels, annotations: triedAgain },
        spec: stepJobSpec(template, deadlineSeconds),
      },
      {
        parent: this,
        deleteBeforeReplace: true,
        customTimeouts: { create: "20m", update: "20m" },
      },
    );
  }
}
