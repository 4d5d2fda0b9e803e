import {
  GetBucketVersioningCommand,
  PutBucketVersioningCommand,
  type VersioningConfiguration,
} from "@aws-sdk/client-s3";
import type { BucketSetting } from "./bucketSetting";
import { call, callUnlessAbsent, NO_BUCKET } from "./call";
import { toApi, type Fields } from "./shape";

const fields: Fields = {
  versioningConfiguration: {
    as: "VersioningConfiguration",
    kind: "object",
    required: true,
    fields: { status: { as: "Status", kind: "text", required: true, oneOf: ["Enabled", "Suspended"] } },
  },
};

/** `aws:s3/bucketVersioning:BucketVersioning`. */
export const bucketVersioning: BucketSetting = {
  fields,
  put: (store, bucket, inputs, context) =>
    call(store, `set the versioning of bucket ${bucket}`, context, (client, options) =>
      client.send(
        new PutBucketVersioningCommand({
          Bucket: bucket,
          ...(toApi(inputs, fields) as { VersioningConfiguration: VersioningConfiguration }),
        }),
        options,
      ),
    ),
  async get(store, bucket, context) {
    const found = await callUnlessAbsent(
      NO_BUCKET,
      store,
      `read the versioning of bucket ${bucket}`,
      context,
      (client, options) => client.send(new GetBucketVersioningCommand({ Bucket: bucket }), options),
    );
    return found?.Status && { versioningConfiguration: { status: found.Status } };
  },
  // Versioning cannot be taken back, only be suspended; with a lock not even that.
  remove: (store, bucket, context) =>
    callUnlessAbsent(
      [...NO_BUCKET, "InvalidBucketState"],
      store,
      `suspend the versioning of bucket ${bucket}`,
      context,
      (client, options) =>
        client.send(
          new PutBucketVersioningCommand({
            Bucket: bucket,
            VersioningConfiguration: { Status: "Suspended" },
          }),
          options,
        ),
    ),
};
