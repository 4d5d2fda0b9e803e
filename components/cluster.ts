import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/** Arguments of {@link Cluster}. */
export interface ClusterArgs {
  /** Content of the kubeconfig. Kept secret. */
  kubeconfig: pulumi.Input<string>;
  /**
   * What tells one cluster from another. With one, a rebuilt cluster, which has another address and other certificates, is the
   * same as long as this is.
   * @default the kubeconfig
   */
  clusterIdentifier?: string;
}

/** The cluster that the platform stands on, and the explicit provider for all that is in it. */
export class Cluster extends pulumi.ComponentResource {
  readonly provider: k8s.Provider;
  /** Secret. */
  readonly kubeconfig: pulumi.Output<string>;

  constructor(name: string, args: ClusterArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:index:Cluster", name, {}, options);
    const { kubeconfig, clusterIdentifier } = args;
    this.kubeconfig = pulumi.secret(kubeconfig);
    this.provider = new k8s.Provider(
      name,
      {
        kubeconfig: this.kubeconfig,
        ...(clusterIdentifier === undefined ? {} : { clusterIdentifier }),
      },
      { parent: this },
    );
    this.registerOutputs({ kubeconfig: this.kubeconfig });
  }
}
