import {
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  PutBucketPolicyCommand,
} from "@aws-sdk/client-s3";
import type { PropertyValue } from "../framework/provider";
import type { BucketSetting } from "./bucketSetting";
import { call, callUnlessAbsent, NO_BUCKET } from "./call";
import { textOf, type Fields } from "./shape";

const fields: Fields = { policy: { as: "Policy", kind: "text", required: true } };

/** `aws:s3/bucketPolicy:BucketPolicy`. */
export const bucketPolicy: BucketSetting = {
  fields,
  failures: ({ policy }) =>
    typeof policy === "string" && canonicalJson(policy) === undefined
      ? [{ property: "policy", reason: "must be the JSON text of a policy" }]
      : [],
  normalise: (inputs) => ({ ...inputs, policy: canonicalPolicy(inputs["policy"]) }),
  put: (store, bucket, inputs, context) =>
    call(store, `set the policy of bucket ${bucket}`, context, (client, options) =>
      client.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: textOf(inputs, "policy") }), options),
    ),
  async get(store, bucket, context) {
    const found = await callUnlessAbsent(
      [...NO_BUCKET, "NoSuchBucketPolicy"],
      store,
      `read the policy of bucket ${bucket}`,
      context,
      (client, options) => client.send(new GetBucketPolicyCommand({ Bucket: bucket }), options),
    );
    return found?.Policy === undefined ? undefined : { policy: found.Policy };
  },
  remove: (store, bucket, context) =>
    callUnlessAbsent(
      [...NO_BUCKET, "NoSuchBucketPolicy"],
      store,
      `remove the policy of bucket ${bucket}`,
      context,
      (client, options) => client.send(new DeleteBucketPolicyCommand({ Bucket: bucket }), options),
    ),
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
