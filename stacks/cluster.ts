import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { Site, type SiteArgs } from "@lstm-pfd/local-cloud/resources";

/** Arguments of {@link Cluster}: one that is made on this machine, or one that is there. */
export type ClusterArgs =
  | { kind: "embedded"; site: SiteArgs }
  | {
      kind: "kubeconfig";
      /** Content of the kubeconfig. */
      kubeconfig: pulumi.Input<string>;
    };

/** The cluster that the platform stands on, and the explicit provider for all that is in it. */
export class Cluster extends pulumi.ComponentResource {
  readonly provider: k8s.Provider;
  /** Secret. */
  readonly kubeconfig: pulumi.Output<string>;

  constructor(name: string, args: ClusterArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:index:Cluster", name, {}, options);
    this.kubeconfig = pulumi.secret(this.obtain(name, args));
    this.provider = new k8s.Provider(
      name,
      {
        kubeconfig: this.kubeconfig,
        // A rebuilt cluster has another address and other certificates, and is another cluster only when this differs.
        ...(args.kind === "embedded" ? { clusterIdentifier: args.site.name } : {}),
        // What is lost with its cluster must not block the stack.
        deleteUnreachable: true,
      },
      { parent: this },
    );
    this.registerOutputs({ kubeconfig: this.kubeconfig });
  }

  private obtain(name: string, args: ClusterArgs): pulumi.Input<string> {
    if (args.kind === "kubeconfig") return args.kubeconfig;
    return new Site(name, args.site, { parent: this, customTimeouts: { create: "15m" } }).kubeconfig;
  }
}
