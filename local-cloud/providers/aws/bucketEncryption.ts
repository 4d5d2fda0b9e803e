import {
  DeleteBucketEncryptionCommand,
  GetBucketEncryptionCommand,
  PutBucketEncryptionCommand,
  type ServerSideEncryptionConfiguration,
} from "@aws-sdk/client-s3";
import type { BucketSetting } from "./bucketSetting";
import { flag, fromApi, list, object, oneOf, required, text, toApi, type Fields } from "./shape";

const fields: Fields = {
  rules: required(
    list({
      applyServerSideEncryptionByDefault: object({
        sseAlgorithm: { ...required(oneOf("AES256", "aws:kms", "aws:kms:dsse")), as: "SSEAlgorithm" },
        kmsMasterKeyId: { ...text, as: "KMSMasterKeyID" },
      }),
      bucketKeyEnabled: flag,
    }),
  ),
};

/** `aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration`. */
export const bucketEncryption: BucketSetting = {
  name: "encryption",
  fields,
  absent: ["ServerSideEncryptionConfigurationNotFoundError"],
  put({ client, Bucket, options }, inputs) {
    const setting = toApi(inputs, fields) as { Rules: ServerSideEncryptionConfiguration["Rules"] };
    return client.send(
      new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: setting }),
      options,
    );
  },
  async get({ client, Bucket, options }) {
    const found = await client.send(new GetBucketEncryptionCommand({ Bucket }), options);
    const setting = found.ServerSideEncryptionConfiguration;
    return setting && fromApi(setting, fields);
  },
  remove: ({ client, Bucket, options }) =>
    client.send(new DeleteBucketEncryptionCommand({ Bucket }), options),
};
