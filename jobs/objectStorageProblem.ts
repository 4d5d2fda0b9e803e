import { reasonOf } from "../lib/failure";

/** Why the object store did not do what was asked, and what a person can do about it. */
export interface ObjectStorageProblem {
  reason: string;
  remedy: string;
  /** May pass by itself. */
  transient: boolean;
}

interface SdkError {
  name?: string;
  code?: string;
  message?: string;
  /** Region of the bucket, where the store tells it. */
  Region?: string;
  /** Class of an archived object. */
  StorageClass?: string;
  $metadata?: { httpStatusCode?: number };
  $response?: { headers?: Record<string, string> };
}

const REFUSED_KEYS = ["InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken"];
// Another write of the same object was under way: S3 asks to try again.
const CONFLICTS = ["ConditionalRequestConflict", "OperationAborted"];
const OTHER_REGION = [
  "PermanentRedirect",
  "AuthorizationHeaderMalformed",
  "IllegalLocationConstraintException",
];
const NAMES_UNRESOLVED = ["ENOTFOUND", "EAI_AGAIN"];
const CERTIFICATE = /certificate|CERT_|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|ERR_TLS/;

/** Sorts an error of the AWS SDK into what an operator knows. */
export function objectStorageProblem(error: unknown): ObjectStorageProblem {
  const { name = "", code = "", $metadata } = (error ?? {}) as SdkError;
  const status = $metadata?.httpStatusCode;
  const message = reasonOf(error);
  if (REFUSED_KEYS.includes(name))
    return permanent(
      `the access key was refused (${name})`,
      "check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY against the recovery kit",
    );
  if (name === "CredentialsProviderError")
    return passing(
      `there are no credentials for it (${message})`,
      "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or check the Pod Identity association of the pod's service account",
    );
  if (CONFLICTS.includes(name))
    return passing(`another write of the same object was under way (${name})`, "run this again");
  if (name === "RequestTimeTooSkewed")
    return permanent(
      `the clock of this node differs by more than 15 minutes from the store's (${name})`,
      "set the node's clock, by NTP, then run this again",
    );
  if (name === "InvalidObjectState")
    return permanent(
      `the object is archived${archivedAs(error as SdkError)} and cannot be read at once (${name})`,
      'bring it back with "aws s3api restore-object", wait until that has ended, then run this again; no lifecycle rule may move backups to such a class',
    );
  if (OTHER_REGION.includes(name) || status === 301)
    return permanent(
      `the bucket is in another region${regionOf(error as SdkError)} (${name})`,
      "set lstm-pfd:vaultRegion at AWS, or lstm-pfd:s3Region at another store, to the region of the bucket",
    );
  if (name === "AccessDenied" || status === 403)
    return permanent(
      `access was denied (${message})`,
      "check that the access key is the right one and that its policy allows this",
    );
  if (name === "NoSuchBucket")
    return permanent("the bucket does not exist", "check S3_BUCKET, S3_ENDPOINT and S3_REGION");
  if (CERTIFICATE.test(code) || CERTIFICATE.test(message))
    return permanent(
      `its certificate is not trusted (${code || message})`,
      "check the certificate authority in NODE_EXTRA_CA_CERTS and the host name in S3_ENDPOINT",
    );
  if (NAMES_UNRESOLVED.includes(code))
    return passing(`its host name cannot be resolved (${code})`, "check S3_ENDPOINT and the cluster's DNS");
  if (status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429)
    return permanent(`it answered ${status} ${name} (${message})`, "check the settings of the object store");
  if (name === "TimeoutError" || code === "ETIMEDOUT")
    return passing(
      "it gave no answer in time",
      "check S3_ENDPOINT, the network and firewalls, then run this again",
    );
  return passing(
    status === undefined ? `it cannot be reached (${code || message})` : `it answered ${status} (${message})`,
    "check S3_ENDPOINT, the network and whether the object store runs, then run this again",
  );
}

function archivedAs({ StorageClass = "" }: SdkError): string {
  return StorageClass === "" ? "" : ` as ${StorageClass}`;
}

function regionOf({ Region, message = "", $response }: SdkError): string {
  const region =
    Region ?? $response?.headers?.["x-amz-bucket-region"] ?? /expecting '([a-z0-9-]+)'/.exec(message)?.[1];
  return region === undefined ? "" : `, ${region}`;
}

function permanent(reason: string, remedy: string): ObjectStorageProblem {
  return { reason, remedy, transient: false };
}

function passing(reason: string, remedy: string): ObjectStorageProblem {
  return { reason, remedy, transient: true };
}
