import { names } from "./names";

/** What the commands of `jobs/` in the cluster are told of the backups. */
export interface CommandEnvironmentPlan {
  bucket: string;
  region: string;
  /** https URL of the object store; empty for AWS. */
  endpoint: string;
  /** The store's certificate is that of an own authority, which pods find in their file. */
  ownAuthority: boolean;
  /** Pods act at AWS by their service accounts and have no keys. */
  podIdentity: boolean;
}

/** Settings of the object store, by environment variable. None of them is a secret. */
export function storeEnvironment(plan: CommandEnvironmentPlan): Record<string, string> {
  const { bucket, region, endpoint, ownAuthority, podIdentity } = plan;
  return {
    S3_BUCKET: bucket,
    S3_REGION: region,
    ...(endpoint === "" ? {} : { S3_ENDPOINT: endpoint, S3_FORCE_PATH_STYLE: "true" }),
    ...(ownAuthority ? { NODE_EXTRA_CA_CERTS: `${names.recoveryDirectory}/${names.caFile}` } : {}),
    ...(podIdentity ? { POD_IDENTITY: "true" } : {}),
  };
}

/** Settings of the object store and the checkpoints, by environment variable. None of them is a secret. */
export function commandEnvironment(plan: CommandEnvironmentPlan): Record<string, string> {
  return {
    ...storeEnvironment(plan),
    CHECKPOINT_DIR: names.checkpointsDirectory,
    MODEL_PATH: `${names.checkpointsDirectory}/${names.modelFile}`,
  };
}
