import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { identityArn } from "@lstm-pfd/local-cloud/object-store/identities";
import { ObjectStore as EmbeddedObjectStore } from "@lstm-pfd/local-cloud/resources";
import type { DrawnKeys } from "../components/accessKeys";
import { repositoryRoles } from "../plan/names";

/** Arguments of {@link ObjectStore}: one that is made on this machine, or one that is there. */
export type ObjectStoreArgs =
  | {
      kind: "embedded";
      /** Unique on the host, among sites and object stores together. */
      name: string;
      /** Port on 127.0.0.1 for programs on this host. */
      port: number;
      /** Who gets in: one admin, and the roles on the backups. */
      keys: DrawnKeys;
      /** Protect the store against `pulumi destroy`. */
      protectData: boolean;
    }
  | {
      kind: "s3";
      /** Endpoint as programs here and pods see it; empty for AWS. @default "" */
      endpoint?: string;
      /** @default "us-east-1" */
      region?: string;
      /** PEM of the store's authority; empty for a public one. For the pods: here, trust it by AWS_CA_BUNDLE. @default "" */
      caCertificate?: string;
    };

/** Address of the object store, by configuration key, for the recovery kit. */
export type ObjectStoreAddress = Record<"s3Endpoint" | "s3Region" | "s3CaCertificate", pulumi.Output<string>>;

const defaultRegion = "us-east-1";

/** Where the backups are, and the explicit provider for the bucket there. */
export class ObjectStore extends pulumi.ComponentResource {
  /** Acts as the store's admin; at a store that was there, as the credentials of the environment. */
  readonly provider: aws.Provider;
  readonly address: ObjectStoreAddress;
  /** ARNs of the roles on the backups as a bucket's policy names them; none where the store has roles of its own. */
  readonly roleArns: readonly string[];

  constructor(name: string, args: ObjectStoreArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:index:ObjectStore", name, {}, options);
    const { provider, address, roleArns } =
      args.kind === "embedded" ? this.embedded(name, args) : this.existing(name, args);
    this.provider = provider;
    this.address = address;
    this.roleArns = roleArns;
    this.registerOutputs({ address });
  }

  private embedded(name: string, args: Extract<ObjectStoreArgs, { kind: "embedded" }>) {
    const { keys, protectData } = args;
    const store = new EmbeddedObjectStore(
      name,
      {
        name: args.name,
        port: args.port,
        identities: (["admin", ...repositoryRoles] as const).map((role) => ({
          name: role,
          role,
          accessKeyId: keys[role].accessKeyId,
          secretAccessKey: keys[role].secretAccessKey,
        })),
      },
      { parent: this, protect: protectData },
    );
    const { accessKeyId, secretAccessKey } = keys.admin;
    const provider = new aws.Provider(
      name,
      {
        ...storeSettings(store.hostEndpoint, defaultRegion),
        accessKey: accessKeyId,
        secretKey: secretAccessKey,
        customCaBundle: store.caCertificateFile,
      },
      { parent: this },
    );
    return {
      provider,
      address: addressOf(store.endpoint, defaultRegion, store.caCertificate),
      roleArns: repositoryRoles.map(identityArn),
    };
  }

  private existing(name: string, args: Extract<ObjectStoreArgs, { kind: "s3" }>) {
    const { endpoint = "", region = defaultRegion, caCertificate = "" } = args;
    const settings = endpoint === "" ? { region } : storeSettings(endpoint, region);
    const provider = new aws.Provider(name, settings, { parent: this });
    return { provider, address: addressOf(endpoint, region, caCertificate), roleArns: [] };
  }
}

/** Settings of the provider for a store that is not AWS: it has no accounts, no regions and no bucket in its host name. */
function storeSettings(endpoint: pulumi.Input<string>, region: string): aws.ProviderArgs {
  return {
    region,
    endpoints: [{ s3: endpoint }],
    s3UsePathStyle: true,
    skipCredentialsValidation: true,
    skipMetadataApiCheck: true,
    skipRegionValidation: true,
    skipRequestingAccountId: true,
  };
}

function addressOf(
  endpoint: pulumi.Input<string>,
  region: string,
  caCertificate: pulumi.Input<string>,
): ObjectStoreAddress {
  return {
    s3Endpoint: pulumi.output(endpoint),
    s3Region: pulumi.output(region),
    s3CaCertificate: pulumi.output(caCertificate),
  };
}
