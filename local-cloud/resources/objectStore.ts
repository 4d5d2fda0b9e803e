import * as pulumi from "@pulumi/pulumi";
import type { IdentityRole } from "../objectStore/identities";

/** One holder of keys to an {@link ObjectStore}. */
export interface ObjectStoreIdentityArgs {
  /** Unique in the object store. */
  name: pulumi.Input<string>;
  /** The admin makes buckets and their settings; writer, janitor and reader are those of the backups. */
  role: IdentityRole;
  /** At least 3 letters and digits; unique in the object store. */
  accessKeyId: pulumi.Input<string>;
  /** At least 16 letters, digits, `+`, `/`, `-` and `_`. Kept secret. */
  secretAccessKey: pulumi.Input<string>;
}

/** Arguments of {@link ObjectStore}. */
export interface ObjectStoreArgs {
  /** Small letters, digits and dashes; unique on the host, among sites and object stores together. A change replaces the store and its data. */
  name: pulumi.Input<string>;
  /** Port on 127.0.0.1 for programs on this host. */
  port: pulumi.Input<number>;
  /** Who may do what; at least one admin. */
  identities: pulumi.Input<pulumi.Input<ObjectStoreIdentityArgs>[]>;
}

/**
 * An S3 object store in a network namespace of this host: TLS, versions, locks, encryption. It survives the sites; when the host
 * has been restarted, the next `up` starts it again with its data.
 */
export class ObjectStore extends pulumi.CustomResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly port: pulumi.Output<number>;
  /** For pods of the sites that are linked to it. */
  declare readonly endpoint: pulumi.Output<string>;
  /** For programs on this host. */
  declare readonly hostEndpoint: pulumi.Output<string>;
  /** PEM of the authority of both endpoints. */
  declare readonly caCertificate: pulumi.Output<string>;
  /** Path of a file with it on this host. */
  declare readonly caCertificateFile: pulumi.Output<string>;

  constructor(name: string, args: ObjectStoreArgs, options?: pulumi.CustomResourceOptions) {
    super(
      "embedded:index:ObjectStore",
      name,
      {
        ...args,
        identities: pulumi.secret(args.identities),
        endpoint: undefined,
        hostEndpoint: undefined,
        caCertificate: undefined,
        caCertificateFile: undefined,
      },
      pulumi.mergeOptions({ additionalSecretOutputs: ["identities"] }, options),
    );
  }
}
