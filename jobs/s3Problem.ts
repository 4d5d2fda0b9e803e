/** Why the object store did not do what was asked, and what a person can do about it. */
export interface ObjectStorageProblem {
  reason: string;
  remedy: string;
  /** May pass by itself. */
  transient: boolean;
  /** The store does not know what it was asked for. @default false */
  unsupported?: boolean;
}

/** What S3 answered, whoever asked: the AWS SDK or pgBackRest. */
export interface S3Answer {
  /** S3's own code, as in `AccessDenied`; empty where the answer had none. */
  code: string;
  status?: number | undefined;
  /** Region of the bucket, where the store tells it. */
  region?: string | undefined;
  /** Class of an archived object. */
  storageClass?: string | undefined;
  /** Variables from which the asker has its keys, for people. */
  keys: string;
}

const REFUSED_KEYS = ["InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken"];
// Another write of the same object was under way: S3 asks to try again.
const CONFLICTS = ["ConditionalRequestConflict", "OperationAborted"];
const OTHER_REGION = [
  "PermanentRedirect",
  "AuthorizationHeaderMalformed",
  "IllegalLocationConstraintException",
];

/**
 * The codes of S3 whose words do not say what to do, in words that do.
 * @returns undefined for a code that is none of them
 */
export function s3Problem({
  code,
  status,
  region,
  storageClass,
  keys,
}: S3Answer): ObjectStorageProblem | undefined {
  if (REFUSED_KEYS.includes(code))
    return permanent(`the access key was refused (${code})`, `check ${keys} against the recovery kit`);
  if (CONFLICTS.includes(code))
    return passing(`another write of the same object was under way (${code})`, "run this again");
  if (code === "RequestTimeTooSkewed")
    return permanent(
      `the clock of this node differs by more than 15 minutes from the store's (${code})`,
      "set the node's clock, by NTP, then run this again",
    );
  if (code === "InvalidObjectState")
    return permanent(
      `the object is archived${described(" as ", storageClass)} and cannot be read at once (${code})`,
      'bring it back with "aws s3api restore-object", wait until that has ended, then run this again; no lifecycle rule may move backups to such a class',
    );
  if (OTHER_REGION.includes(code) || status === 301)
    return permanent(
      `the bucket is in another region${described(", ", region)} (${code === "" ? `status ${status ?? ""}` : code})`,
      "set lstm-pfd:vaultRegion at AWS, or lstm-pfd:s3Region at another store, to the region of the bucket",
    );
  if (code === "NotImplemented" || status === 501)
    return {
      ...permanent(
        `it does not know this call, or a header of it (${code === "" ? "status 501" : code})`,
        "use a store, or a release of it, that does",
      ),
      unsupported: true,
    };
  return undefined;
}

/** Region in what a store says: `the region 'us-east-1' is wrong; expecting 'eu-central-1'`. */
export function expectedRegion(message: string): string | undefined {
  return /expecting '([a-z0-9-]+)'/.exec(message)?.[1];
}

function described(before: string, what: string | undefined): string {
  return what === undefined || what === "" ? "" : `${before}${what}`;
}

/** A problem that stays until somebody does something. */
export function permanent(reason: string, remedy: string): ObjectStorageProblem {
  return { reason, remedy, transient: false };
}

/** A problem that may pass by itself. */
export function passing(reason: string, remedy: string): ObjectStorageProblem {
  return { reason, remedy, transient: true };
}
