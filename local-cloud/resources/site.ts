import * as pulumi from "@pulumi/pulumi";

/** Arguments of {@link Site}. */
export interface SiteArgs {
  /** Small letters, digits and dashes; unique on the host, among sites and object stores together. A change replaces the site. */
  name: pulumi.Input<string>;
  /** Port on 127.0.0.1 that the API server is reached at. A change replaces the site. */
  apiPort: pulumi.Input<number>;
  /** Name of the embedded object store that pods reach under `objectStoreHost`. A change replaces the site. @default none */
  objectStore?: pulumi.Input<string>;
  /** Full references of the toolchain's images that the node holds. New ones are imported into the running site. */
  images: pulumi.Input<pulumi.Input<string>[]>;
  /** Must be the toolchain's. A change replaces the site. */
  kubernetesVersion: pulumi.Input<string>;
}

/** A Kubernetes cluster of one node in network and process namespaces of this host, ready for work. */
export class Site extends pulumi.CustomResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly apiPort: pulumi.Output<number>;
  declare readonly objectStore: pulumi.Output<string | undefined>;
  declare readonly images: pulumi.Output<string[]>;
  declare readonly kubernetesVersion: pulumi.Output<string>;
  /** Secret: gives all rights. Valid on this host. */
  declare readonly kubeconfig: pulumi.Output<string>;

  constructor(name: string, args: SiteArgs, options?: pulumi.CustomResourceOptions) {
    super(
      "embedded:index:Site",
      name,
      { ...args, kubeconfig: undefined },
      pulumi.mergeOptions({ additionalSecretOutputs: ["kubeconfig"] }, options),
    );
  }
}
