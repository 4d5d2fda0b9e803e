import { GetObjectLockConfigurationCommand, PutObjectLockConfigurationCommand } from "@aws-sdk/client-s3";
import type { BucketSetting } from "./bucketSetting";
import { fromApi, isObject, number, object, oneOf, required, toApi, type Fields } from "./shape";

const fields: Fields = {
  objectLockEnabled: oneOf("Enabled"),
  rule: object({
    defaultRetention: required(
      object({ mode: oneOf("GOVERNANCE", "COMPLIANCE"), days: number, years: number }),
    ),
  }),
};

/** `aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration`. */
export const bucketObjectLock: BucketSetting = {
  name: "object lock",
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
  absent: ["ObjectLockConfigurationNotFoundError"],
  put({ client, Bucket, options }, inputs) {
    const setting = toApi(inputs, fields);
    return client.send(
      new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration: setting }),
      options,
    );
  },
  async get({ client, Bucket, options }) {
    const found = await client.send(new GetObjectLockConfigurationCommand({ Bucket }), options);
    return found.ObjectLockConfiguration && fromApi(found.ObjectLockConfiguration, fields);
  },
  // The lock itself stays for ever; its default retention is what can be taken back.
  removal: "remove the default retention",
  remove({ client, Bucket, options }) {
    const setting = { ObjectLockEnabled: "Enabled" } as const;
    return client.send(
      new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration: setting }),
      options,
    );
  },
};
