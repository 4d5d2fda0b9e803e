import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkBucketName } from "../plan/aws/arns";
import { defaultLock } from "../plan/aws/objectLock";
import { type BackupClass, type BackupClassName, retentionDaysRule } from "../plan/backupClasses";
import { storePolicy } from "../plan/bucketPolicy";
import { lifecycleRules } from "../plan/lifecycle";
import { check } from "../plan/rule";

/** Arguments of {@link Vault}. */
export interface VaultArgs {
  /** Name of the bucket: 3 to 63 small letters, digits and hyphens. A bucket that exists already is refused. */
  bucket: string;
  /** The table of the backup classes, from which lock and lifecycle rules derive. */
  classes: Record<BackupClassName, BackupClass>;
  /**
   * ARNs of the roles on the backups, as the store names them: its policy keeps them from undoing what keeps the backups.
   * @default none: TLS alone is asked for
   */
  roleArns?: readonly string[];
  /** Protect the bucket and its settings against `pulumi destroy`, and keep them when they leave the program. */
  protectData: boolean;
}

/**
 * The backup bucket at an S3-compatible store, the embedded one among them: versions, locks for as long as the class that is
 * kept shortest, encryption at rest, lifecycle rules that never expire the last good backup, TLS only. For AWS, with a key,
 * roles and a replica of its own, see `aws/`. Give the store's provider by the options.
 * @throws Error when an argument breaks its rule; nothing is created then
 */
export class Vault extends pulumi.ComponentResource {
  /** Name of the bucket, known once all its settings are made. */
  readonly bucket: pulumi.Output<string>;

  constructor(name: string, args: VaultArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:index:Vault", name, {}, options);
    checkArguments(args);
    const kept = { parent: this, protect: args.protectData, retainOnDelete: args.protectData };
    const bucket = new aws.s3.Bucket(
      name,
      // With the lock from the start versioning is on from the first object.
      { bucket: args.bucket, objectLockEnabled: true, forceDestroy: !args.protectData },
      kept,
    );
    const policy = new aws.s3.BucketPolicy(
      name,
      {
        bucket: bucket.bucket,
        policy: storePolicy({ bucket: args.bucket, restricted: args.roleArns ?? [] }),
      },
      { ...kept, dependsOn: this.settings(name, bucket.bucket, args, kept) },
    );
    this.bucket = policy.bucket;
    this.registerOutputs({ bucket: this.bucket });
  }

  private settings(
    name: string,
    bucket: pulumi.Output<string>,
    args: VaultArgs,
    kept: pulumi.CustomResourceOptions,
  ): pulumi.CustomResource[] {
    const classes = Object.values(args.classes);
    const versioning = new aws.s3.BucketVersioning(
      name,
      { bucket, versioningConfiguration: { status: "Enabled" } },
      kept,
    );
    const versioned = { ...kept, dependsOn: versioning };
    return [
      versioning,
      new aws.s3.BucketObjectLockConfiguration(
        name,
        {
          bucket,
          objectLockEnabled: "Enabled",
          rule: { defaultRetention: { mode: "GOVERNANCE", days: defaultLock(classes).days } },
        },
        versioned,
      ),
      new aws.s3.BucketServerSideEncryptionConfiguration(
        name,
        { bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
        kept,
      ),
      new aws.s3.BucketLifecycleConfiguration(name, { bucket, rules: lifecycleRules(classes) }, versioned),
    ];
  }
}

function checkArguments({ bucket, classes }: VaultArgs): void {
  checkBucketName("bucket", bucket);
  for (const { name, retentionDays } of Object.values(classes))
    check(retentionDaysRule, `classes.${name}.retentionDays`, retentionDays);
}
