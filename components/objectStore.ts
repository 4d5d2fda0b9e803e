import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AccessKey } from "../plan/accessKey";

/** Arguments of {@link ObjectStore}. */
export interface ObjectStoreArgs {
  /** https URL by which pods reach it. @default that of AWS in the region */
  endpoint?: pulumi.Input<string>;
  /** https URL by which this program reaches it. @default the pods' */
  hostEndpoint?: pulumi.Input<string>;
  /** @default "us-east-1" */
  region?: string;
  /** PEM of the authority of the store's certificate, for pods. @default a public one */
  caCertificate?: pulumi.Input<string>;
  /** File with that PEM, for this program. @default the one that AWS_CA_BUNDLE names */
  caCertificateFile?: pulumi.Input<string>;
  /** Key of who makes the bucket. @default the credentials of the environment */
  admin?: AccessKey;
}

/** Where the backups are, and the explicit provider for the bucket there. */
export class ObjectStore extends pulumi.ComponentResource {
  /** Acts as the store's admin. */
  readonly provider: aws.Provider;
  /** As pods see it; empty at AWS. */
  readonly endpoint: pulumi.Output<string>;
  readonly region: pulumi.Output<string>;
  /** PEM; empty for a public authority. */
  readonly caCertificate: pulumi.Output<string>;

  constructor(name: string, args: ObjectStoreArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:index:ObjectStore", name, {}, options);
    const { endpoint, hostEndpoint = endpoint, region = "us-east-1" } = args;
    const { caCertificate = "", caCertificateFile, admin } = args;
    this.provider = new aws.Provider(
      name,
      {
        region,
        ...(hostEndpoint === undefined ? {} : storeSettings(hostEndpoint)),
        ...(caCertificateFile === undefined ? {} : { customCaBundle: caCertificateFile }),
        ...(admin === undefined ? {} : { accessKey: admin.accessKeyId, secretKey: admin.secretAccessKey }),
      },
      { parent: this },
    );
    this.endpoint = pulumi.output(endpoint ?? "");
    this.region = pulumi.output(region);
    this.caCertificate = pulumi.output(caCertificate);
    this.registerOutputs({
      endpoint: this.endpoint,
      region: this.region,
      caCertificate: this.caCertificate,
    });
  }
}

/** Settings of the provider for a store that is not AWS: it has no accounts, no regions and no bucket in its host name. */
function storeSettings(endpoint: pulumi.Input<string>): aws.ProviderArgs {
  return {
    endpoints: [{ s3: endpoint }],
    s3UsePathStyle: true,
    skipCredentialsValidation: true,
    skipMetadataApiCheck: true,
    skipRegionValidation: true,
    skipRequestingAccountId: true,
  };
}
