import type { PolicyDocument, Statement } from "../../../plan/aws/policyDocument";

type Keys = NonNullable<Statement["Condition"]>[string];

/** What a request is like that a denial is asked about. */
interface Request {
  roleArn: string;
  /** Keys of the conditions that it carries, as in `s3:if-none-match`. */
  conditions: readonly string[];
}

/** Whether a condition holds for a request over TLS 1.3. */
const operators: Record<string, (keys: Keys, request: Request) => boolean> = {
  ArnNotEquals: (keys, { roleArn }) => ![of(keys, "aws:PrincipalArn")].flat().some((arn) => arn === roleArn),
  Bool: (keys) => of(keys, "aws:SecureTransport") === "true",
  // "true": the condition holds where the key is absent.
  Null: (keys, { conditions }) =>
    Object.entries(keys).every(([key, absent]) => (absent === "true") !== conditions.includes(key)),
  NumericLessThan: (keys) => 1.3 < Number(of(keys, "s3:TlsVersion")),
};

function of(keys: Keys, key: string): Keys[string] {
  const value = keys[key];
  if (value === undefined || Object.keys(keys).length > 1)
    throw new Error(`only a condition on ${key} is understood here, not one on ${Object.keys(keys).join()}`);
  return value;
}

/**
 * What the denials of a bucket's policy mean for one role, as a policy without conditions and principals: moto passes
 * conditions by, and asks a bucket's policy about few calls only. A denial counts the same wherever it stands.
 * @param conditions keys of the conditions that its requests carry; @default none
 * @returns undefined when none of them counts
 * @throws Error at a condition that is not understood, a principal other than everybody, or a grant
 */
export function denialsFor(
  roleArn: string,
  bucketPolicy: string,
  conditions: readonly string[] = [],
): string | undefined {
  const { Version, Statement } = JSON.parse(bucketPolicy) as PolicyDocument;
  const denials = Statement.filter(({ Effect, Principal, Sid, Condition = {} }) => {
    if (Effect !== "Deny" || Principal !== "*") throw new Error(`${Sid} is no denial for everybody`);
    return Object.entries(Condition).every(([operator, keys]) => {
      const holds = operators[operator];
      if (holds === undefined) throw new Error(`${Sid}: ${operator} is not understood here`);
      return holds(keys, { roleArn, conditions });
    });
  }).map(({ Sid, Action, Resource }): Statement => ({
    Sid,
    Effect: "Deny",
    Action,
    ...(Resource === undefined ? {} : { Resource }),
  }));
  return denials.length === 0 ? undefined : JSON.stringify({ Version, Statement: denials });
}
