import {
  DeleteBucketLifecycleCommand,
  GetBucketLifecycleConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
  type BucketLifecycleConfiguration,
} from "@aws-sdk/client-s3";
import type { BucketSetting } from "./bucketSetting";
import {
  flag,
  fromApi,
  list,
  number,
  object,
  oneOf,
  required,
  tags,
  text,
  toApi,
  type Fields,
} from "./shape";

const conditions: Fields = { prefix: text, objectSizeGreaterThan: number, objectSizeLessThan: number };

const fields: Fields = {
  rules: required(
    list({
      id: { ...required(text), as: "ID" },
      status: required(oneOf("Enabled", "Disabled")),
      filter: object({
        ...conditions,
        tag: object({ key: required(text), value: required(text) }),
        and: object({ ...conditions, tags }),
      }),
      expiration: object({ days: number, expiredObjectDeleteMarker: flag }),
      noncurrentVersionExpiration: object({
        noncurrentDays: required(number),
        newerNoncurrentVersions: number,
      }),
      abortIncompleteMultipartUpload: object({ daysAfterInitiation: number }),
    }),
  ),
};

/** `aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration`. */
export const bucketLifecycle: BucketSetting = {
  name: "lifecycle rules",
  fields,
  absent: ["NoSuchLifecycleConfiguration"],
  put({ client, Bucket, options }, inputs) {
    const setting = toApi(inputs, fields) as { Rules: BucketLifecycleConfiguration["Rules"] };
    return client.send(
      new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: setting }),
      options,
    );
  },
  get: async ({ client, Bucket, options }) =>
    fromApi(await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }), options), fields),
  remove: ({ client, Bucket, options }) => client.send(new DeleteBucketLifecycleCommand({ Bucket }), options),
};
