import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { names } from "../plan/names";
import { checkClaim, type WantedClaim } from "../plan/volumeClaim";

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

/**
 * The claims that hold what a recovery brings back. A claim that exists keeps its class and its way of mounting, which Kubernetes lets
 * nobody change: it grows, and nothing else. Naming the class that it has changes nothing.
 */
export class Volumes extends pulumi.ComponentResource {
  /** Tells one volume of the database from a later one. */
  readonly database: pulumi.Output<string>;
  /** Tells one volume of the checkpoints from a later one. */
  readonly checkpoints: pulumi.Output<string>;

  constructor(name: string, args: VolumesArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:index:Volumes", name, {}, options);
    this.database = this.claim(`${name}-database`, args, {
      claim: names.databaseClaim,
      sizeGi: args.databaseSizeGi,
      storageClass: args.databaseStorageClass ?? "",
      accessMode: "ReadWriteOnce",
    });
    this.checkpoints = this.claim(`${name}-checkpoints`, args, {
      claim: names.checkpointsClaim,
      sizeGi: args.checkpointsSizeGi,
      storageClass: args.checkpointsStorageClass ?? "",
      accessMode: args.checkpointsAccess ?? "ReadWriteOnce",
    });
    this.registerOutputs({});
  }

  private claim(name: string, { namespace, protectData }: VolumesArgs, wanted: Claim): pulumi.Output<string> {
    const { claim, sizeGi, storageClass, accessMode } = wanted;
    const made = new k8s.core.v1.PersistentVolumeClaim(
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
      // A change of these would delete the claim, and the data with it, to make an empty one.
      { parent: this, protect: protectData, ignoreChanges: ["spec.accessModes", "spec.storageClassName"] },
    );
    // Nothing may wait for this: an inline program would never end when it fails.
    made.spec.apply((found) => {
      try {
        checkClaim(wanted, found);
      } catch (error) {
        throw new pulumi.ResourceError((error as Error).message, made, true);
      }
    });
    return pulumi.interpolate`${made.metadata.uid}`;
  }
}

interface Claim extends WantedClaim {
  sizeGi: number;
}
