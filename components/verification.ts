import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type IngressEndpoint, ingressEndpointCall } from "../plan/ingressEndpoint";
import { jobAccount } from "./shared/jobAccount";
import { jobNames, jobServiceAccount, names, recoveryLabels, triedAgain } from "../plan/names";
import { recoveryPodTemplate } from "../plan/recoveryPod";
import { stepJobSpec } from "../plan/stepJob";

/** Arguments of {@link Verification}. */
export interface VerificationArgs {
  /** Kubernetes namespace of the application. */
  namespace: pulumi.Input<string>;
  /** Proved anew when this changes: what tells the volumes from later ones. @default proved once */
  volumes?: pulumi.Input<string>;
  /** Image of the command, full reference. */
  operationsImage: string;
  /** Whether its pod pulls the image with the namespace's credentials. @default false */
  pullsWithSecret?: boolean;
  /** Seconds after which a WAL segment is closed; the heartbeat may be twice as old. */
  archiveTimeoutSeconds: number;
  /** Seconds that all checks together may need. @default 300 */
  timeoutSeconds?: number;
  /** Ingress endpoint, through which the application is then called, as clients call it. @default by its Service */
  ingressEndpoint?: IngressEndpoint | undefined;
  /** The site may have begun empty, and then there is nothing to prove yet. @default false */
  initialise?: boolean;
  /** Mark of a drill that database and checkpoint must hold; empty for none. */
  expectNonce: string;
}

const account = jobServiceAccount(jobNames.verify);

/**
 * Proves the running system before traffic: pods, health, model, prediction, rows, heartbeat. A Job that `up` waits for, and
 * that `up` fails with.
 */
export class Verification extends pulumi.ComponentResource {
  constructor(name: string, args: VerificationArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:index:Verification", name, {}, options);
    const rights = this.rightToSeePods(name, args);
    this.job(name, args, rights);
    this.registerOutputs({});
  }

  private rightToSeePods(name: string, { namespace, pullsWithSecret }: VerificationArgs): pulumi.Resource[] {
    const rules = [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] }];
    return jobAccount(name, { account, namespace, pullsWithSecret, rules }, { parent: this });
  }

  private job(name: string, args: VerificationArgs, dependsOn: pulumi.Resource[]): void {
    const labels = recoveryLabels(jobNames.verify, undefined, "verify");
    const call = args.ingressEndpoint === undefined ? undefined : ingressEndpointCall(args.ingressEndpoint);
    const template = recoveryPodTemplate({
      command: [jobNames.verify],
      image: args.operationsImage,
      podKind: "network",
      serviceAccount: account,
      labels,
      databasePassword: true,
      apiAccess: true,
      ...(call?.authorityInCluster === true ? { certificateSecret: names.certificateSecret } : {}),
      environment: {
        POSTGRES_DB: names.database,
        DB_USER: names.databaseUser,
        EXPECT_NONCE: args.expectNonce,
        ARCHIVE_TIMEOUT_SECONDS: String(args.archiveTimeoutSeconds),
        ...(args.initialise === true ? { PERMIT_INITIALISE: "true" } : {}),
        VERIFY_TIMEOUT_SECONDS: String(args.timeoutSeconds ?? 300),
        ...(call === undefined ? {} : { APPLICATION_URL: call.url, APPLICATION_CONNECT_TO: call.connectTo }),
        ...(call?.authorityInCluster === true ? { APPLICATION_CA_FILE: names.certificateAuthorityFile } : {}),
      },
    });
    new k8s.batch.v1.Job(
      name,
      {
        metadata: { name: jobNames.verify, namespace: args.namespace, labels, annotations: triedAgain },
        spec: stepJobSpec(template),
      },
      {
        parent: this,
        dependsOn,
        deleteBeforeReplace: true,
        ...(args.volumes === undefined ? {} : { replacementTrigger: args.volumes }),
        customTimeouts: { create: "40m" },
      },
    );
  }
}
