import {
  GetBucketVersioningCommand,
  PutBucketVersioningCommand,
  type VersioningConfiguration,
} from "@aws-sdk/client-s3";
import type { BucketSetting } from "./bucketSetting";
import { object, oneOf, required, toApi, type Fields } from "./shape";

const fields: Fields = {
  versioningConfiguration: required(object({ status: required(oneOf("Enabled", "Suspended")) })),
};

/** `aws:s3/bucketVersioning:BucketVersioning`. */
export const bucketVersioning: BucketSetting = {
  name: "versioning",
  fields,
  put({ client, Bucket, options }, inputs) {
    const setting = toApi(inputs, fields) as { VersioningConfiguration: VersioningConfiguration };
    return client.send(new PutBucketVersioningCommand({ Bucket, ...setting }), options);
  },
  async get({ client, Bucket, options }) {
    const { Status } = await client.send(new GetBucketVersioningCommand({ Bucket }), options);
    return Status && { versioningConfiguration: { status: Status } };
  },
  // Versioning cannot be taken back, only be suspended; with a lock not even that.
  removal: "suspend the versioning",
  absent: ["InvalidBucketState"],
  remove: ({ client, Bucket, options }) =>
    client.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Suspended" } }),
      options,
    ),
};
