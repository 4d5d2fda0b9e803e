import { GetObjectLockConfigurationCommand, PutObjectLockConfigurationCommand } from "@aws-sdk/client-s3";
import type { BucketSetting } from "./bucketSetting";
import { call, callUnlessAbsent, NO_BUCKET } from "./call";
import { fromApi, isObject, toApi, type Fields } from "./shape";

const fields: Fields = {
  objectLockEnabled: { as: "ObjectLockEnabled", kind: "text", oneOf: ["Enabled"] },
  rule: {
    as: "Rule",
    kind: "object",
    fields: {
      defaultRetention: {
        as: "DefaultRetention",
        kind: "object",
        required: true,
        fields: {
          mode: { as: "Mode", kind: "text", oneOf: ["GOVERNANCE", "COMPLIANCE"] },
          days: { as: "Days", kind: "number" },
          years: { as: "Years", kind: "number" },
        },
      },
    },
  },
};

/** `aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration`. */
export const bucketObjectLock: BucketSetting = {
  fields,
  failures({ rule }) {
    const retention = isObject(rule) ? rule["defaultRetention"] : undefined;
    if (!isObject(retention)) return [];
    return (retention["days"] === undefined) === (retention["years"] === undefined)
      ? [{ property: "rule.defaultRetention", reason: "must have either days or years" }]
      : [];
  },
  // Left out, it is enabled as well: there is nothing else that it could be.
  normalise: (inputs) => ({ ...inputs, objectLockEnabled: "Enabled" }),
  put: (store, bucket, inputs, context) =>
    call(store, `set the object lock of bucket ${bucket}`, context, (client, options) =>
      client.send(
        new PutObjectLockConfigurationCommand({
          Bucket: bucket,
          ObjectLockConfiguration: toApi(inputs, fields),
        }),
        options,
      ),
    ),
  async get(store, bucket, context) {
    const found = await callUnlessAbsent(
      [...NO_BUCKET, "ObjectLockConfigurationNotFoundError"],
      store,
      `read the object lock of bucket ${bucket}`,
      context,
      (client, options) => client.send(new GetObjectLockConfigurationCommand({ Bucket: bucket }), options),
    );
    return found?.ObjectLockConfiguration && fromApi(found.ObjectLockConfiguration, fields);
  },
  // The lock itself stays for ever; its default retention is what can be taken back.
  remove: (store, bucket, context) =>
    callUnlessAbsent(
      NO_BUCKET,
      store,
      `remove the default retention of bucket ${bucket}`,
      context,
      (client, options) =>
        client.send(
          new PutObjectLockConfigurationCommand({
            Bucket: bucket,
            ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" },
          }),
          options,
        ),
    ),
};
