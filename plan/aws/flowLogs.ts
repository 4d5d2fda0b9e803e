import { policyText } from "./policyDocument";

/**
 * Trust of the role with which a network's flow logs are written: for flow logs of this account and region, and for no other
 * account's ([source](https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html)).
 */
export function flowLogsTrust({ account, region }: { account: string; region: string }): string {
  return policyText({
    Sid: "FlowLogsOfThisAccount",
    Effect: "Allow",
    Principal: { Service: "vpc-flow-logs.amazonaws.com" },
    Action: "sts:AssumeRole",
    Condition: {
      StringEquals: { "aws:SourceAccount": account },
      ArnLike: { "aws:SourceArn": `arn:aws:ec2:${region}:${account}:vpc-flow-log/*` },
    },
  });
}

/**
 * Policy of the same role: it adds to one log group, which is there already.
 * @param logGroupArn without a trailing `:*`
 */
export function flowLogsPolicy(logGroupArn: string): string {
  return policyText({
    Sid: "AddToLogGroup",
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
    Resource: [logGroupArn, `${logGroupArn}:*`],
  });
}
