import type { Properties, PropertyValue } from "../framework/provider";

/** Who the preview pretends to be. */
export interface Caller {
  /** ARN of the role that would run `up`. */
  roleArn: string;
}

/** Environment variable with the ARN of the role that would run `up`. */
export const CALLER_VARIABLE = "LSTM_PFD_PREVIEW_ROLE";

/**
 * Result of a lookup in an account that has the roles that are asked for, and no bucket but the one that is looked up by name.
 * @throws Error that names a lookup without an answer
 */
export function answerOf(
  token: string,
  inputs: Properties,
  account: string,
  { roleArn }: Caller,
): Properties {
  const answer = answers[token];
  if (answer === undefined)
    throw new Error(
      `the stand-in for the aws plugin has no answer to ${token}: add one to local-cloud/providers/awsPreview/answers.ts`,
    );
  return { ...inputs, ...answer(inputs, account, roleArn) };
}

const answers: Record<string, (inputs: Properties, account: string, roleArn: string) => Properties> = {
  "aws:s3/getBuckets:getBuckets": () => ({ buckets: [] }),
  "aws:s3/getBucket:getBucket": ({ bucket }) => ({
    id: bucket ?? null,
    arn: `arn:aws:s3:::${textOf(bucket)}`,
  }),
  "aws:iam/getRole:getRole": ({ name }, account) => ({
    id: name ?? null,
    arn: `arn:aws:iam::${account}:role/${textOf(name)}`,
  }),
  "aws:index/getCallerIdentity:getCallerIdentity": (_inputs, account, roleArn) => ({
    accountId: account,
    arn: `arn:aws:sts::${account}:assumed-role/${roleArn.split("/").at(-1) ?? ""}/preview`,
  }),
  "aws:iam/getSessionContext:getSessionContext": (_inputs, _account, roleArn) => ({ issuerArn: roleArn }),
};

function textOf(value: PropertyValue | undefined): string {
  return typeof value === "string" ? value : "";
}
