import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkBucketName, checkRoleArn } from "../../plan/aws/arns";
import { bucketEncryption, type BucketSettings, bucketSettings } from "../../plan/aws/bucketSettings";
import { checkLock, type DefaultLock, defaultLock } from "../../plan/aws/objectLock";
import type { CopyingRole } from "../../plan/aws/replication";
import type { BackupClass, BackupClassName } from "../../plan/backupClasses";
import { newBucketOnly } from "../shared/newBucketOnly";

/** Arguments of {@link BackupBucket}. */
export interface BackupBucketArgs {
  /** Name of the bucket. */
  bucket: string;
  /**
   * `create` refuses a bucket that is there; `adopt` takes over one that has survived its stack. The engine imports it and then
   * changes the settings that differ: who adopts compares them before (`stacks/adoption.ts`). `promote` does the same with what
   * was a replica, but writes its policy anew: that knew no janitor.
   */
  mode: "create" | "adopt" | "promote";
  /** Key that encrypts what is written. */
  keyArn: pulumi.Input<string>;
  /** The table of the backup classes, from which the lifecycle rules derive. */
  classes: Record<BackupClassName, BackupClass>;
  /** Lock of every new version. @default governance, as long as the class that is kept shortest */
  lock?: DefaultLock | undefined;
  /** Whether what is deleted stays for at least 30 days: in a replica, and in a vault that was one. @default false */
  secondChance?: boolean;
  /** The one role that may remove versions, bypass locks and change the bucket's settings. */
  breakGlassRoleArn: string;
  /** The role that may tag objects besides, to let them expire. @default none, as in a replica */
  janitorRoleArn?: string;
  /** Role of another account that copies backups into it. @default none does */
  copiedBy?: CopyingRole;
  /** Protect the bucket against `pulumi destroy`, and keep it when it leaves the program. */
  protectData: boolean;
}

/**
 * A bucket for backups on AWS, the vault's own or its replica: versions, locks, encryption by its own key, no public access,
 * lifecycle rules from the table, and a policy that keeps everybody but the break-glass role from undoing any of it.
 * @throws Error when an argument breaks its rule; nothing is created then
 */
export class BackupBucket extends pulumi.ComponentResource {
  /** Name of the bucket, known once all its settings are made. */
  readonly bucket: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: BackupBucketArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:aws:BackupBucket", name, {}, options);
    const { mode, protectData } = args;
    const classes = Object.values(args.classes);
    const lock = args.lock ?? defaultLock(classes);
    checkBucketName("bucket", args.bucket);
    checkRoleArn("breakGlassRoleArn", args.breakGlassRoleArn);
    if (args.janitorRoleArn !== undefined) checkRoleArn("janitorRoleArn", args.janitorRoleArn);
    checkLock("lock.days", lock, classes);

    const kept = { parent: this, protect: protectData, retainOnDelete: protectData };
    const adopted = mode === "create" ? {} : { import: args.bucket };
    const made = new aws.s3.Bucket(
      name,
      // With the lock from the start versioning is on from the first object.
      { bucket: args.bucket, objectLockEnabled: true, forceDestroy: false },
      {
        ...kept,
        ...(mode === "create"
          ? { hooks: { beforeCreate: [newBucketOnly(args.bucket, { parent: this })] } }
          : // Of AWS it cannot be read whether a program once wanted this.
            { ...adopted, ignoreChanges: ["forceDestroy"] }),
      },
    );
    const side = { ...kept, ...adopted };
    const wanted = bucketSettings({ ...args, classes, lock });
    const settings = this.settings(name, made.bucket, args.keyArn, wanted, side);
    const policy = new aws.s3.BucketPolicy(
      name,
      { bucket: made.bucket, policy: wanted.policy },
      // The policy forbids to change the settings: it comes after them.
      { ...(mode === "promote" ? kept : side), dependsOn: settings },
    );
    this.bucket = policy.bucket;
    this.arn = made.arn;
    this.registerOutputs({ bucket: this.bucket, arn: this.arn });
  }

  private settings(
    name: string,
    bucket: pulumi.Output<string>,
    keyArn: pulumi.Input<string>,
    { versioning: versions, publicAccessBlock, ownership, retention, lifecycle }: BucketSettings,
    side: pulumi.CustomResourceOptions,
  ): pulumi.Resource[] {
    const versioning = new aws.s3.BucketVersioning(name, { bucket, versioningConfiguration: versions }, side);
    return [
      versioning,
      new aws.s3.BucketPublicAccessBlock(name, { bucket, ...publicAccessBlock }, side),
      new aws.s3.BucketOwnershipControls(name, { bucket, rule: ownership }, side),
      new aws.s3.BucketServerSideEncryptionConfiguration(
        name,
        { bucket, rules: [bucketEncryption(keyArn)] },
        side,
      ),
      new aws.s3.BucketObjectLockConfiguration(
        name,
        { bucket, objectLockEnabled: "Enabled", rule: { defaultRetention: retention } },
        { ...side, dependsOn: versioning },
      ),
      new aws.s3.BucketLifecycleConfiguration(
        name,
        { bucket, rules: lifecycle },
        { ...side, dependsOn: versioning },
      ),
    ];
  }
}
