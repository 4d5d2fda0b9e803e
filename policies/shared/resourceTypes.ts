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
