import { Failure } from "../lib/failure";

/** Set to `true` where pods act at AWS by their service account and have no keys. */
const EXPECTED = "POD_IDENTITY";

/**
 * Set by EKS in pods that have an AWS role of their own: they get temporary keys there, and need none from here. It is set when a
 * pod is admitted, and never later.
 * @see https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html
 */
export const podIdentity = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

/** The pod has no credentials at AWS yet. Another pod may get them, so its Job tries again. */
export class NoCredentials extends Failure {
  constructor(what: string) {
    super(
      `no credentials yet: ${what}`,
      "another pod is tried; if all of them say so, check that \"aws eks list-pod-identity-associations\" shows the pod's namespace and service account, and that the role's trust policy names them",
    );
    this.name = "NoCredentials";
  }
}

/**
 * Whether this pod will ever have the credentials that it is to have. An association reaches the pods that are made some seconds
 * after it, and none that are made before (aws/eks-pod-identity-agent#52, aws/amazon-eks-pod-identity-webhook#264): to wait in
 * such a pod is of no use.
 * @throws NoCredentials
 */
export function requirePodIdentity(source: Readonly<Record<string, string | undefined>>): void {
  if (source[EXPECTED] === "true" && (source[podIdentity] ?? "") === "")
    throw new NoCredentials(
      `this pod was admitted before the Pod Identity association of its service account was in force (${podIdentity} is not set)`,
    );
}
