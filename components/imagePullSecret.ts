import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { names } from "../plan/names";

/** Arguments of {@link ImagePullSecret}. */
export interface ImagePullSecretArgs {
  /** Kubernetes namespace of the pods. */
  namespace: pulumi.Input<string>;
  /** Credentials of the registry, as in the `config.json` of docker; with none, nothing is made. Kept secret. */
  dockerConfig: string;
}

/**
 * The credentials that a namespace's pods pull their images with. Service accounts name it, and no pod does: so none is left out,
 * and no Job is another one for it.
 */
export class ImagePullSecret extends pulumi.ComponentResource {
  constructor(name: string, args: ImagePullSecretArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:index:ImagePullSecret", name, {}, options);
    const { namespace, dockerConfig } = args;
    if (dockerConfig !== "")
      new k8s.core.v1.Secret(
        name,
        {
          metadata: { name: names.imagePullSecret, namespace },
          type: "kubernetes.io/dockerconfigjson",
          data: pulumi.secret({ ".dockerconfigjson": Buffer.from(dockerConfig).toString("base64") }),
        },
        { parent: this },
      );
    this.registerOutputs({});
  }
}
