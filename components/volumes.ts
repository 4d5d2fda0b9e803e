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
  /**
   * Namespace of the claims, for whatever uses them: known once they are as asked for. It never is, and the program fails, when
   * another class or another way of mounting is asked for than a claim has; the claim is left as it is.
   */
  readonly namespace: pulumi.Output<string>;

  constructor(name: string, args: VolumesArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:index:Volumes", name, {}, options);
    const database = this.claim(`${name}-database`, args, {
      claim: names.databaseClaim,
      sizeGi: args.databaseSizeGi,
      storageClass: args.databaseStorageClass ?? "",
      accessMode: "ReadWriteOnce",
    });
    const checkpoints = this.claim(`${name}-checkpoints`, args, {
      claim: names.checkpointsClaim,
      sizeGi: args.checkpointsSizeGi,
      storageClass: args.checkpointsStorageClass ?? "",
      accessMode: args.checkpointsAccess ?? "ReadWriteOnce",
    });
    this.database = database.uid;
    this.checkpoints = checkpoints.uid;
    this.namespace = pulumi
      .all([args.namespace, database.asAsked, checkpoints.asAsked])
      .apply(([namespace]) => namespace);
    this.registerOutputs({});
  }

  private claim(name: string, { namespace, protectData }: VolumesArgs, wanted: Claim): Made {
    const { claim, sizeGi, storageClass, accessMode } = wanted;
    const { metadata, spec } = new k8s.core.v1.PersistentVolumeClaim(
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
    const asAsked = spec.apply((found) => {
      checkClaim(wanted, found);
    });
    return { uid: pulumi.interpolate`${metadata.uid}`, asAsked };
  }
}

interface Made {
  uid: pulumi.Output<string>;
  /** Fails when the claim is another one than was asked for. */
  asAsked: pulumi.Output<void>;
}

interface Claim extends WantedClaim {
  sizeGi: number;
}
