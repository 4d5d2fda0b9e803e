import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkBucketName, checkRegion } from "../../plan/aws/arns";
import { type RepositoryRole, vaultRoleName } from "../../plan/names";

/** Arguments of {@link VaultReference}. */
export interface VaultReferenceArgs {
  /** The vault's bucket, or its replica when the vault's region is lost. */
  bucket: string;
  /** Region of the bucket. */
  region: string;
  /** Beginning of the roles' names, as the vault was given it. */
  namePrefix: string;
}

/**
 * The vault as the platform sees it: looked up by name and never owned, so that no rebuild and no drill can change it. The
 * lookup runs at preview already, and fails it when the bucket or a role is not there.
 * @throws Error when an argument breaks its rule
 */
export class VaultReference extends pulumi.ComponentResource {
  /** Name of the bucket, known once it has been found. */
  readonly bucket: pulumi.Output<string>;
  /** ARNs by role. */
  readonly roleArns: Record<RepositoryRole, pulumi.Output<string>>;

  constructor(name: string, args: VaultReferenceArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:aws:VaultReference", name, {}, options);
    const { bucket, region, namePrefix } = args;
    checkBucketName("bucket", bucket);
    checkRegion("region", region);
    const lookup = { parent: this };
    const found = aws.s3.getBucketOutput({ bucket, region }, lookup);
    const role = (role: RepositoryRole) =>
      aws.iam.getRoleOutput({ name: vaultRoleName(namePrefix, role) }, lookup).arn;
    this.bucket = found.bucket;
    this.roleArns = { writer: role("writer"), janitor: role("janitor"), reader: role("reader") };
    this.registerOutputs({ bucket: this.bucket, roleArns: this.roleArns });
  }
}
