import {
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  PutBucketPolicyCommand,
} from "@aws-sdk/client-s3";
import type { PropertyValue } from "../framework/provider";
import type { BucketSetting } from "./bucketSetting";
import { required, text, textOf, type Fields } from "./shape";

const fields: Fields = { policy: required(text) };

/** `aws:s3/bucketPolicy:BucketPolicy`. */
export const bucketPolicy: BucketSetting = {
  name: "policy",
  fields,
  failures: ({ policy }) =>
    typeof policy === "string" && canonicalJson(policy) === undefined
      ? [{ property: "policy", reason: "must be the JSON text of a policy" }]
      : [],
  normalise: (inputs) => ({ ...inputs, policy: canonicalPolicy(inputs["policy"]) }),
  absent: ["NoSuchBucketPolicy"],
  put: ({ client, Bucket, options }, inputs) =>
    client.send(new PutBucketPolicyCommand({ Bucket, Policy: textOf(inputs, "policy") }), options),
  async get({ client, Bucket, options }) {
    const { Policy } = await client.send(new GetBucketPolicyCommand({ Bucket }), options);
    return Policy === undefined ? undefined : { policy: Policy };
  },
  remove: ({ client, Bucket, options }) => client.send(new DeleteBucketPolicyCommand({ Bucket }), options),
};

function canonicalPolicy(policy: PropertyValue | undefined): PropertyValue {
  return (typeof policy === "string" ? canonicalJson(policy) : undefined) ?? policy ?? null;
}

/** A JSON text in one spelling: names in order, no spaces. Undefined when it is no JSON of an object. */
export function canonicalJson(text: string): string | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "object" && value !== null ? JSON.stringify(canonical(value)) : undefined;
  } catch {
    return undefined;
  }
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, inner]) => [name, canonical(inner)]),
  );
}
