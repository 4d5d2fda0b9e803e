import {
  DeleteBucketEncryptionCommand,
  GetBucketEncryptionCommand,
  PutBucketEncryptionCommand,
  type ServerSideEncryptionConfiguration,
} from "@aws-sdk/client-s3";
import type { BucketSetting } from "./bucketSetting";
import { call, callUnlessAbsent, NO_BUCKET } from "./call";
import { fromApi, toApi, type Fields } from "./shape";

const fields: Fields = {
  rules: {
    as: "Rules",
    kind: "list",
    required: true,
    fields: {
      applyServerSideEncryptionByDefault: {
        as: "ApplyServerSideEncryptionByDefault",
        kind: "object",
        fields: {
          sseAlgorithm: {
            as: "SSEAlgorithm",
            kind: "text",
            required: true,
            oneOf: ["AES256", "aws:kms", "aws:kms:dsse"],
          },
          kmsMasterKeyId: { as: "KMSMasterKeyID", kind: "text" },
        },
      },
      bucketKeyEnabled: { as: "BucketKeyEnabled", kind: "flag" },
    },
  },
};

/** `aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration`. */
export const bucketEncryption: BucketSetting = {
  fields,
  put: (store, bucket, inputs, context) =>
    call(store, `set the encryption of bucket ${bucket}`, context, (client, options) =>
      client.send(
        new PutBucketEncryptionCommand({
          Bucket: bucket,
          ServerSideEncryptionConfiguration: toApi(inputs, fields) as {
            Rules: ServerSideEncryptionConfiguration["Rules"];
          },
        }),
        options,
      ),
    ),
  async get(store, bucket, context) {
    const found = await callUnlessAbsent(
      [...NO_BUCKET, "ServerSideEncryptionConfigurationNotFoundError"],
      store,
      `read the encryption of bucket ${bucket}`,
      context,
      (client, options) => client.send(new GetBucketEncryptionCommand({ Bucket: bucket }), options),
    );
    return (
      found?.ServerSideEncryptionConfiguration && fromApi(found.ServerSideEncryptionConfiguration, fields)
    );
  },
  remove: (store, bucket, context) =>
    callUnlessAbsent(
      NO_BUCKET,
      store,
      `remove the encryption of bucket ${bucket}`,
      context,
      (client, options) => client.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }), options),
    ),
};
