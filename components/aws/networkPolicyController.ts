import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/** Makes a cluster in Auto Mode enforce NetworkPolicies: until this is set they are accepted, and ignored. */
export class NetworkPolicyController extends pulumi.ComponentResource {
  constructor(name: string, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:aws:NetworkPolicyController", name, {}, options);
    new k8s.core.v1.ConfigMap(
      name,
      {
        metadata: { name: "amazon-vpc-cni", namespace: "kube-system" },
        data: { "enable-network-policy-controller": "true" },
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
