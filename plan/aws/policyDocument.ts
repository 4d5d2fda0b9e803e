/** Who a statement speaks of; a role's own policy has none. */
export type Principal = "*" | { AWS: string | string[] } | { Service: string };

/** One statement of a policy. */
export interface Statement {
  Sid: string;
  Effect: "Allow" | "Deny";
  Principal?: Principal;
  Action: string | string[];
  Resource?: string | string[];
  Condition?: Record<string, Record<string, string | number | string[]>>;
}

/** A policy of IAM, S3 or KMS. */
export interface PolicyDocument {
  Version: "2012-10-17";
  Statement: Statement[];
}

/** Policy of these statements. */
export function policyDocument(...statements: Statement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}

/** Policy as AWS takes it; the same statements give the same text, so that a preview shows no change. */
export function policyText(...statements: Statement[]): string {
  return JSON.stringify(policyDocument(...statements));
}
