import type { ProviderDefinition } from "../framework/provider";
import { bucketHandler } from "./bucket";
import { bucketEncryption } from "./bucketEncryption";
import { bucketLifecycle } from "./bucketLifecycle";
import { bucketObjectLock } from "./bucketObjectLock";
import { bucketPolicy } from "./bucketPolicy";
import { bucketSettingHandler, type BucketSetting } from "./bucketSetting";
import { bucketVersioning } from "./bucketVersioning";
import { settingFailures, settingsOf, storeOf, type Store } from "./settings";

const SETTINGS: Readonly<Record<string, BucketSetting>> = {
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": bucketLifecycle,
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": bucketObjectLock,
  "aws:s3/bucketPolicy:BucketPolicy": bucketPolicy,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": bucketEncryption,
  "aws:s3/bucketVersioning:BucketVersioning": bucketVersioning,
};

/** Buckets and their settings at S3 and stores that speak like it. Everything else of AWS needs the upstream provider. */
export const aws: ProviderDefinition<Store> = {
  name: "aws",
  version: "7.48.0",
  checkConfiguration: settingFailures,
  configure: (inputs) => storeOf(settingsOf(inputs)),
  handler(type, store) {
    if (type === "aws:s3/bucket:Bucket") return bucketHandler(store);
    const setting = SETTINGS[type];
    return setting && bucketSettingHandler(setting, store);
  },
};
