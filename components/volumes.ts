import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { names } from "./names";

/** Arguments of {@link Volumes}. */
export interface VolumesArgs {
  /** Kubernetes namespace of the claims. */
  namespace: pulumi.Input<string>;
  /** Size of the database volume, GiB. */
  databaseSizeGi: number;
  /** Size of the checkpoint volume, GiB. */
  checkpointsSizeGi: number;
  /** StorageClass; empty for the cluster's default. */
  storageClass: string;
  /**
   * How the checkpoints are mounted. Pods on several nodes need ReadWriteMany.
   * @default "ReadWriteOnce"
   */
  checkpointsAccess?: "ReadWriteOnce" | "ReadWriteMany";
  /** Refuse to delete the volumes with the stack. */
  protectData: boolean;
}

/** The claims that hold what a recovery brings back. */
export class Volumes extends pulumi.ComponentResource {
  constructor(name: string, args: VolumesArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:index:Volumes", name, {}, options);
    this.claim(`${name}-database`, names.databaseClaim, args.databaseSizeGi, "ReadWriteOnce", args);
    this.claim(
      `${name}-checkpoints`,
      names.checkpointsClaim,
      args.checkpointsSizeGi,
      args.checkpointsAccess ?? "ReadWriteOnce",
      args,
    );
    this.registerOutputs({});
  }

  private claim(
    name: string,
    claimName: string,
    sizeGi: number,
    accessMode: string,
    args: VolumesArgs,
  ): void {
    const { namespace, storageClass, protectData } = args;
    new k8s.core.v1.PersistentVolumeClaim(
      name,
      {
        // A claim of a class that waits for its first pod is bound by the restore, not before it.
        metadata: { name: claimName, namespace, annotations: { "pulumi.com/skipAwait": "true" } },
        spec: {
          accessModes: [accessMode],
          resources: { requests: { storage: `${sizeGi}Gi` } },
          ...(storageClass === "" ? {} : { storageClassName: storageClass }),
        },
      },
      { parent: this, protect: protectData },
    );
  }
}
