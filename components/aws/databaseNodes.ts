import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { databaseNodePoolSpec, databaseWindowRule } from "../../plan/aws/databaseNodes";
import { databaseNodes } from "../../plan/names";
import type { Resources } from "../../plan/resources";
import { check } from "../../plan/rule";

/** Arguments of {@link DatabaseNodes}. */
export interface DatabaseNodesArgs {
  /** What PostgreSQL asks for and may take. */
  resources: Resources;
  /** When a node may be replaced, UTC, as in "sun 06:00 4h"; "none" for never by choice. */
  window: string;
}

/**
 * Nodes of a cluster in Auto Mode that are the database's alone, and are replaced at a time of one's choice.
 * @throws Error when an argument breaks its rule; nothing is created then
 */
export class DatabaseNodes extends pulumi.ComponentResource {
  constructor(name: string, args: DatabaseNodesArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:aws:DatabaseNodes", name, {}, options);
    check(databaseWindowRule, "window", args.window);
    new k8s.apiextensions.CustomResource(
      name,
      {
        apiVersion: "karpenter.sh/v1",
        kind: "NodePool",
        metadata: { name: databaseNodes.pool },
        spec: databaseNodePoolSpec(args.resources, args.window),
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
