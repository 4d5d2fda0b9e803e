import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkAccount, checkRegion } from "../../plan/aws/arns";
import { logRetentionRule } from "../../plan/aws/eks";
import { flowLogsPolicy, flowLogsTrust } from "../../plan/aws/flowLogs";
import { check } from "../../plan/rule";

/** Arguments of {@link FlowLogs}. */
export interface FlowLogsArgs {
  /** AWS account of the network, 12 digits. */
  account: string;
  /** Region of the provider. */
  region: string;
  /** Network whose connections are logged, accepted and refused ones. */
  vpcId: pulumi.Input<string>;
  /** Key that encrypts the log group; CloudWatch Logs must be allowed to use it. */
  keyArn: pulumi.Input<string>;
  /** Days that the log is kept. @default 90 */
  retentionDays?: number;
}

/** Seconds that connections are summed up over; the other value that EC2 takes, 60, costs more. */
const aggregationInterval = 600;

/**
 * Log of a network's connections, for the question after an incident: who talked to whom. Nothing waits for it.
 * @throws Error when an argument breaks its rule; nothing is created then
 */
export class FlowLogs extends pulumi.ComponentResource {
  constructor(name: string, args: FlowLogsArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:aws:FlowLogs", name, {}, options);
    const { account, region, vpcId, keyArn, retentionDays = 90 } = args;
    checkAccount("account", account);
    checkRegion("region", region);
    check(logRetentionRule, "retentionDays", retentionDays);
    // Without a name of its own: a rebuilt network must not meet the lost one's group.
    const group = new aws.cloudwatch.LogGroup(
      name,
      { retentionInDays: retentionDays, kmsKeyId: keyArn },
      { parent: this },
    );
    const role = new aws.iam.Role(
      name,
      {
        description: "Writes the flow logs of LSTM-PFD's network",
        assumeRolePolicy: flowLogsTrust({ account, region }),
      },
      { parent: this },
    );
    const policy = new aws.iam.RolePolicy(
      name,
      { role: role.name, policy: group.arn.apply(flowLogsPolicy) },
      { parent: this },
    );
    new aws.ec2.FlowLog(
      name,
      {
        vpcId,
        trafficType: "ALL",
        logDestination: group.arn,
        iamRoleArn: role.arn,
        maxAggregationInterval: aggregationInterval,
        tags: { Name: name },
      },
      { parent: this, dependsOn: policy },
    );
    this.registerOutputs();
  }
}
