import { reasonOf } from "../lib/failure";
import { expectedRegion, type ObjectStorageProblem, passing, permanent, s3Problem } from "./s3Problem";

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

const NAMES_UNRESOLVED = ["ENOTFOUND", "EAI_AGAIN"];
const CERTIFICATE = /certificate|CERT_|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|ERR_TLS/;

/** Sorts an error of the AWS SDK into what an operator knows. */
export function objectStorageProblem(error: unknown): ObjectStorageProblem {
  const sdkError = (error ?? {}) as SdkError;
  const { name = "", code = "", $metadata } = sdkError;
  const status = $metadata?.httpStatusCode;
  const message = reasonOf(error);
  const known = s3Problem({
    code: name,
    status,
    region: regionOf(sdkError),
    storageClass: sdkError.StorageClass,
    keys: "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
  });
  if (known !== undefined) return known;
  if (name === "CredentialsProviderError")
    return passing(
      `there are no credentials for it (${message})`,
      "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or check the Pod Identity association of the pod's service account",
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

function regionOf({ Region, message = "", $response }: SdkError): string | undefined {
  return Region ?? $response?.headers?.["x-amz-bucket-region"] ?? expectedRegion(message);
}
