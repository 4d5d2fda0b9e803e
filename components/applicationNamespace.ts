import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { namespaceRule } from "../plan/clusterNames";
import { check } from "../plan/rule";

/** Arguments of {@link ApplicationNamespace}. */
export interface ApplicationNamespaceArgs {
  /** Name of the namespace in Kubernetes. */
  namespace: string;
}

/**
 * The application's namespace, in which only pods of the "restricted" standard are admitted.
 * @throws Error when the name breaks its rule; nothing is created then
 */
export class ApplicationNamespace extends pulumi.ComponentResource {
  /** Name of the namespace, known once it exists. */
  readonly namespace: pulumi.Output<string>;
  /** Tells this namespace from one of the same name in another cluster, or made later. */
  readonly uid: pulumi.Output<string>;

  constructor(name: string, args: ApplicationNamespaceArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:index:ApplicationNamespace", name, {}, options);
    check(namespaceRule, "namespace", args.namespace);
    const namespace = new k8s.core.v1.Namespace(
      name,
      {
        metadata: {
          name: args.namespace,
          labels: { "pod-security.kubernetes.io/enforce": "restricted" },
        },
      },
      { parent: this },
    );
    this.namespace = namespace.metadata.name;
    this.uid = pulumi.interpolate`${namespace.metadata.uid}`;
    this.registerOutputs({ namespace: this.namespace });
  }
}
