import {
  DeleteBucketLifecycleCommand,
  GetBucketLifecycleConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
  type BucketLifecycleConfiguration,
} from "@aws-sdk/client-s3";
import type { BucketSetting } from "./bucketSetting";
import { call, callUnlessAbsent, NO_BUCKET } from "./call";
import { fromApi, toApi, type Fields } from "./shape";

const conditions: Fields = {
  prefix: { as: "Prefix", kind: "text" },
  objectSizeGreaterThan: { as: "ObjectSizeGreaterThan", kind: "number" },
  objectSizeLessThan: { as: "ObjectSizeLessThan", kind: "number" },
};

const fields: Fields = {
  rules: {
    as: "Rules",
    kind: "list",
    required: true,
    fields: {
      id: { as: "ID", kind: "text", required: true },
      status: { as: "Status", kind: "text", required: true, oneOf: ["Enabled", "Disabled"] },
      filter: {
        as: "Filter",
        kind: "object",
        fields: {
          ...conditions,
          tag: {
            as: "Tag",
            kind: "object",
            fields: {
              key: { as: "Key", kind: "text", required: true },
              value: { as: "Value", kind: "text", required: true },
            },
          },
          and: { as: "And", kind: "object", fields: { ...conditions, tags: { as: "Tags", kind: "tags" } } },
        },
      },
      expiration: {
        as: "Expiration",
        kind: "object",
        fields: {
          days: { as: "Days", kind: "number" },
          expiredObjectDeleteMarker: { as: "ExpiredObjectDeleteMarker", kind: "flag" },
        },
      },
      noncurrentVersionExpiration: {
        as: "NoncurrentVersionExpiration",
        kind: "object",
        fields: {
          noncurrentDays: { as: "NoncurrentDays", kind: "number", required: true },
          newerNoncurrentVersions: { as: "NewerNoncurrentVersions", kind: "number" },
        },
      },
      abortIncompleteMultipartUpload: {
        as: "AbortIncompleteMultipartUpload",
        kind: "object",
        fields: { daysAfterInitiation: { as: "DaysAfterInitiation", kind: "number" } },
      },
    },
  },
};

/** `aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration`. */
export const bucketLifecycle: BucketSetting = {
  fields,
  put: (store, bucket, inputs, context) =>
    call(store, `set the lifecycle rules of bucket ${bucket}`, context, (client, options) =>
      client.send(
        new PutBucketLifecycleConfigurationCommand({
          Bucket: bucket,
          LifecycleConfiguration: toApi(inputs, fields) as { Rules: BucketLifecycleConfiguration["Rules"] },
        }),
        options,
      ),
    ),
  async get(store, bucket, context) {
    const found = await callUnlessAbsent(
      [...NO_BUCKET, "NoSuchLifecycleConfiguration"],
      store,
      `read the lifecycle rules of bucket ${bucket}`,
      context,
      (client, options) =>
        client.send(new GetBucketLifecycleConfigurationCommand({ Bucket: bucket }), options),
    );
    return found && fromApi(found, fields);
  },
  remove: (store, bucket, context) =>
    callUnlessAbsent(
      NO_BUCKET,
      store,
      `remove the lifecycle rules of bucket ${bucket}`,
      context,
      (client, options) => client.send(new DeleteBucketLifecycleCommand({ Bucket: bucket }), options),
    ),
};
