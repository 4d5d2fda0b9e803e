import assert from "node:assert/strict";
import { regionRule } from "../../../../plan/aws/arns";
import type * as pulumi from "@pulumi/pulumi";
import { FlowLogs, type FlowLogsArgs } from "../../../../components/aws/flowLogs";
import { LogKey } from "../../../../components/aws/logKey";
import { only } from "../recordResources";
import { account, keyArn } from "./accounts";
import { optionsOfOne, recordRegistrations } from "./recordRegistrations";
import { refuses } from "./refusal";

const region = "eu-central-1";
const arnOf = ({ name }: pulumi.runtime.MockResourceArgs) => ({ arn: `arn of ${name}` });

const args: FlowLogsArgs = { account, region, vpcId: "vpc-1", keyArn };

function build() {
  return recordRegistrations(
    () => {
      new FlowLogs("flows", args);
    },
    { "aws:cloudwatch/logGroup:LogGroup": arnOf, "aws:iam/role:Role": arnOf },
  );
}

describe("FlowLogs", () => {
  it("logs every connection of the network, encrypted, for ninety days", async () => {
    const { resources } = await build();
    assert.deepEqual(only(resources, "aws:cloudwatch/logGroup:LogGroup", "flows"), {
      retentionInDays: 90,
      kmsKeyId: keyArn,
    });
    assert.deepEqual(only(resources, "aws:ec2/flowLog:FlowLog", "flows"), {
      vpcId: "vpc-1",
      trafficType: "ALL",
      logDestination: "arn of flows",
      iamRoleArn: "arn of flows",
      maxAggregationInterval: 600,
      tags: { Name: "flows" },
    });
  });

  it("begins once its role may write, and that into this log group alone", async () => {
    const made = await build();
    const { waitsFor } = optionsOfOne(made, "aws:ec2/flowLog:FlowLog", "flows");
    assert.ok(waitsFor.some((urn) => urn.endsWith("aws:iam/rolePolicy:RolePolicy::flows")));
    const policy = String(only(made.resources, "aws:iam/rolePolicy:RolePolicy", "flows")["policy"]);
    assert.deepEqual((JSON.parse(policy) as { Statement: unknown[] }).Statement, [
      {
        Sid: "AddToLogGroup",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        Resource: ["arn of flows", "arn of flows:*"],
      },
    ]);
  });

  for (const [changes, message] of [
    [{ account: "1" }, 'account is "1": must be an AWS account: 12 digits'],
    [{ region: "mars" }, `region is "mars": ${regionRule.says}`],
  ] as const)
    it(`refuses ${JSON.stringify(changes)}`, () =>
      refuses(() => new FlowLogs("flows", { ...args, ...changes }), message));
});

describe("LogKey", () => {
  it("rotates, is kept, and serves log groups of this account and region alone", async () => {
    const made = await recordRegistrations(() => {
      new LogKey("logs", { account, region, protectData: true });
    });
    const { policy, ...rest } = only(made.resources, "aws:kms/key:Key", "logs");
    assert.deepEqual(rest, {
      description: "Logs of LSTM-PFD",
      enableKeyRotation: true,
      deletionWindowInDays: 30,
    });
    const { Statement } = JSON.parse(String(policy)) as { Statement: Record<string, unknown>[] };
    assert.deepEqual(
      Statement.map(({ Principal, Condition }) => [Principal, Condition]),
      [
        [{ AWS: `arn:aws:iam::${account}:root` }, undefined],
        [
          { Service: "logs.eu-central-1.amazonaws.com" },
          {
            ArnLike: {
              "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:eu-central-1:${account}:log-group:*`,
            },
          },
        ],
      ],
    );
    const { protect, retainOnDelete } = optionsOfOne(made, "aws:kms/key:Key", "logs");
    assert.deepEqual([protect, retainOnDelete], [true, true]);
  });
});
