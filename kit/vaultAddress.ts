import { bucketNameRule } from "../plan/aws/arns";
import { endpointRule } from "../plan/repository";

/** Where a vault is, as who recovers reaches it. */
export interface VaultAddress {
  /** https URL without a path; empty at AWS. */
  endpoint: string;
  bucket: string;
}

/**
 * Reads an address: `https://host:port/bucket`, or `s3://bucket` at AWS.
 * @throws Error whose message is the rule that it breaks
 */
export function parseVaultAddress(text: string): VaultAddress {
  const [, scheme = "", host = "", path = ""] = /^(https|s3):\/\/([^/\s]+)(?:\/(\S*))?$/.exec(text) ?? [];
  const address =
    scheme === "s3" ? { endpoint: "", bucket: host, rest: path } : { ...ofStore(host, path), rest: "" };
  const { endpoint, bucket, rest } = address;
  const fits =
    scheme !== "" &&
    rest === "" &&
    bucketNameRule.holds(bucket) &&
    (endpoint === "" || endpointRule.holds(endpoint));
  if (!fits)
    throw new Error(
      "must be the address of a bucket, https://host:port/bucket, or s3://bucket at AWS, as in https://s3.example.com:9000/lstm-pfd-backups",
    );
  return { endpoint, bucket };
}

/** The text that {@link parseVaultAddress} reads. */
export function vaultAddressText({ endpoint, bucket }: VaultAddress): string {
  return endpoint === "" ? `s3://${bucket}` : `${endpoint}/${bucket}`;
}

function ofStore(host: string, path: string): VaultAddress {
  return { endpoint: `https://${host}`, bucket: path.replace(/\/$/, "") };
}
