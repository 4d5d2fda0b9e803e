import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** ARN of the role, or the user, whose credentials the provider uses: without the session, and with the role's path. */
export function callerRoleArn(options: pulumi.InvokeOptions): pulumi.Output<string> {
  const { arn } = aws.getCallerIdentityOutput({}, options);
  return aws.iam.getSessionContextOutput({ arn }, options).issuerArn;
}
