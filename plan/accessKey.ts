import type * as pulumi from "@pulumi/pulumi";

/** Access key of a role at an object store. */
export interface AccessKey {
  accessKeyId: pulumi.Input<string>;
  /** Kept secret. */
  secretAccessKey: pulumi.Input<string>;
}
