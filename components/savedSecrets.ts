import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type SavedSecret, savedSecretsText } from "../plan/savedSecrets";
import { jobAccount } from "./shared/jobAccount";
import { jobNames, jobServiceAccount, names, recoveryLabels, triedAgain } from "../plan/names";
import { recoveryPodTemplate } from "../plan/recoveryPod";
import { stepJobSpec } from "../plan/stepJob";

/** Arguments of {@link SavedSecrets}. */
export interface SavedSecretsArgs {
  /** Kubernetes namespace that they were in, and go into. */
  namespace: pulumi.Input<string>;
  /** With none, nothing is made. Their content is kept secret. */
  secrets: readonly SavedSecret[];
  /** Image of the command, full reference. */
  operationsImage: string;
  /** Whether its pod pulls the image with the namespace's credentials. @default false */
  pullsWithSecret?: boolean;
}

const account = jobServiceAccount(jobNames.restoreSecrets);
const fileName = names.savedSecretsFile;

/**
 * Puts saved Secrets of cert-manager back into a namespace, before a certificate is asked for there. A Job does it, and they
 * are no resources of the stack: cert-manager renews them, and what was saved must not come back over what it wrote since.
 */
export class SavedSecrets extends pulumi.ComponentResource {
  constructor(name: string, args: SavedSecretsArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:index:SavedSecrets", name, {}, options);
    if (args.secrets.length > 0)
      this.job(name, args, [this.payload(name, args), ...this.rightToCreate(name, args)]);
    this.registerOutputs({});
  }

  private payload(name: string, { namespace, secrets }: SavedSecretsArgs): pulumi.Resource {
    return new k8s.core.v1.Secret(
      name,
      {
        metadata: { name: names.savedSecrets, namespace },
        // Not stringData: the upstream provider keeps that as data, and a change of stringData that is ignored empties the Secret.
        data: pulumi.secret({ [fileName]: Buffer.from(savedSecretsText(secrets)).toString("base64") }),
      },
      // They are put back once: a certificate that was renewed since is news to the kit, and no change of the platform.
      { parent: this, ignoreChanges: ["data"] },
    );
  }

  private rightToCreate(name: string, { namespace, pullsWithSecret }: SavedSecretsArgs): pulumi.Resource[] {
    // The answer to a creation shows what was created: nothing else of the namespace can be read.
    const rules = [{ apiGroups: [""], resources: ["secrets"], verbs: ["create"] }];
    return jobAccount(name, { account, namespace, pullsWithSecret, rules }, { parent: this });
  }

  private job(
    name: string,
    { namespace, operationsImage }: SavedSecretsArgs,
    dependsOn: pulumi.Resource[],
  ): void {
    const labels = recoveryLabels(jobNames.restoreSecrets, undefined, "restore");
    const template = recoveryPodTemplate({
      command: [jobNames.restoreSecrets],
      image: operationsImage,
      podKind: "savedSecrets",
      serviceAccount: account,
      labels,
      apiAccess: true,
      environment: { SAVED_SECRETS_FILE: `${names.recoveryDirectory}/${fileName}` },
    });
    new k8s.batch.v1.Job(
      name,
      {
        metadata: { name: jobNames.restoreSecrets, namespace, labels, annotations: triedAgain },
        spec: stepJobSpec(template),
      },
      { parent: this, dependsOn, deleteBeforeReplace: true, customTimeouts: { create: "15m" } },
    );
  }
}
