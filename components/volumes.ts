import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { names } from "../plan/names";

/** Arguments of {@link Volumes}. */
export interface VolumesArgs {
  /** Kubernetes namespace of the claims. */
  namespace: pulumi.Input<string>;
  /** Size of the database volume, GiB. */
  databaseSizeGi: number;
  /** Size of the checkpoint volume, GiB. */
  checkpointsSizeGi: number;
  /** StorageClass of the database; empty for the cluster's default. @default "" */
  databaseStorageClass?: string;
  /** StorageClass of the checkpoints; empty for the cluster's default. @default "" */
  checkpointsStorageClass?: string;
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
    this.claim(`${name}-database`, args, {
      claim: names.databaseClaim,
      sizeGi: args.databaseSizeGi,
      storageClass: args.databaseStorageClass ?? "",
      accessMode: "ReadWriteOnce",
    });
    this.claim(`${name}-checkpoints`, args, {
      claim: names.checkpointsClaim,
      sizeGi: args.checkpointsSizeGi,
      storageClass: args.checkpointsStorageClass ?? "",
      accessMode: args.checkpointsAccess ?? "ReadWriteOnce",
    });
    this.registerOutputs({});
  }

  private claim(
    name: string,
    { namespace, protectData }: VolumesArgs,
    { claim, sizeGi, storageClass, accessMode }: Claim,
  ): void {
    new k8s.core.v1.PersistentVolumeClaim(
      name,
      {
        // A claim of a class that waits for its first pod is bound by the restore, not before it.
        metadata: { name: claim, namespace, annotations: { "pulumi.com/skipAwait": "true" } },
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

interface Claim {
  claim: string;
  sizeGi: number;
  storageClass: string;
  accessMode: string;
}
