/** Type tokens of the AWS resources that rules are for. */
export const awsTypes = {
  bucket: "aws:s3/bucket:Bucket",
  versioning: "aws:s3/bucketVersioning:BucketVersioning",
  objectLock: "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
  encryption: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  publicAccessBlock: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  policy: "aws:s3/bucketPolicy:BucketPolicy",
  lifecycle: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  replication: "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
  ownership: "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  key: "aws:kms/key:Key",
  keyAlias: "aws:kms/alias:Alias",
  fileSystem: "aws:efs/fileSystem:FileSystem",
  eksCluster: "aws:eks/cluster:Cluster",
} as const;

/** Type tokens of what belongs to a bucket, and names it in its property `bucket`. */
export const bucketSideTypes: readonly string[] = [
  awsTypes.versioning,
  awsTypes.objectLock,
  awsTypes.encryption,
  awsTypes.publicAccessBlock,
  awsTypes.policy,
  awsTypes.lifecycle,
  awsTypes.replication,
  awsTypes.ownership,
];

/**
 * The type token under which rules know a resource. Package aws still has the names that these types had in its version 6, with the
 * same arguments: `aws:s3/bucketV2:BucketV2` is a `aws:s3/bucket:Bucket`.
 */
export function canonicalType(type: string): string {
  return /^aws:s3\/bucket\w*V2:/.test(type) ? type.replaceAll("V2", "") : type;
}

/** Type tokens of what makes an EKS cluster, the component of the package eks included. */
export const eksClusterTypes: readonly string[] = [awsTypes.eksCluster, "eks:index:Cluster"];

/** Type tokens of the Kubernetes resources that rules are for. */
export const kubernetesTypes = {
  pod: "kubernetes:core/v1:Pod",
  deployment: "kubernetes:apps/v1:Deployment",
  statefulSet: "kubernetes:apps/v1:StatefulSet",
  daemonSet: "kubernetes:apps/v1:DaemonSet",
  job: "kubernetes:batch/v1:Job",
  cronJob: "kubernetes:batch/v1:CronJob",
  configMap: "kubernetes:core/v1:ConfigMap",
  volumeClaim: "kubernetes:core/v1:PersistentVolumeClaim",
  release: "kubernetes:helm.sh/v3:Release",
} as const;
