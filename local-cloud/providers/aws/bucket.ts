import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetObjectLockConfigurationCommand,
  HeadBucketCommand,
  type BucketLocationConstraint,
} from "@aws-sdk/client-s3";
import { changesOf, differencesOf, isSame } from "../framework/differences";
import {
  UNKNOWN,
  type CallContext,
  type Properties,
  type PropertyValue,
  type ResourceHandler,
} from "../framework/provider";
import { regionFailures } from "./bucketSetting";
import { call, callUnlessAbsent, NO_BUCKET, StoreError } from "./call";
import { emptyBucket, isEmpty } from "./emptyBucket";
import type { Store } from "./settings";
import { compact, flag, required, shapeFailures, text, textOf, type Fields } from "./shape";

const fields: Fields = {
  bucket: required(text),
  forceDestroy: flag,
  objectLockEnabled: flag,
  region: text,
};

/** Without a constraint, a bucket is made in this region. */
const FIRST_REGION = "us-east-1";

const EXISTS = ["BucketAlreadyExists", "BucketAlreadyOwnedByYou"];

/** Handler of `aws:s3/bucket:Bucket` at one object store. Its id is its name. */
export function bucketHandler(store: Store): ResourceHandler {
  return {
    check: (inputs) => ({
      inputs,
      failures: [...shapeFailures(inputs, fields), ...regionFailures(inputs, store)],
    }),
    diff: (known, inputs) => ({
      changes: changesOf(differencesOf(compact(known.inputs), compact(inputs)), [
        "bucket",
        "objectLockEnabled",
      ]),
      // Two buckets cannot have one name.
      deleteBeforeReplace: known.inputs["bucket"] === inputs["bucket"],
    }),
    async create(inputs, context) {
      const outputs = outputsOf(inputs, store);
      if (context.preview) return { id: "", outputs };
      const id = textOf(inputs, "bucket");
      await createBucket(store, id, inputs, context);
      return { id, outputs };
    },
    async read({ id, inputs: known }, context) {
      const found = await readBucket(store, id, context);
      if (found === undefined) return undefined;
      // What is not kept at the store is what the program wanted last.
      const { region, forceDestroy } = known;
      const inputs: Properties = {
        ...found,
        ...(region === undefined ? {} : { region }),
        ...(forceDestroy === undefined ? {} : { forceDestroy }),
      };
      const same = isSame(compact(known), compact(inputs)) ? known : inputs;
      return { id, inputs: same, outputs: outputsOf(same, store) };
    },
    update: (_known, inputs) => Promise.resolve(outputsOf(inputs, store)),
    async delete({ id, inputs }, context) {
      if (inputs["forceDestroy"] === true) await emptyBucket(store, id, context);
      else if (!(await isEmpty(store, id, context)))
        throw new Error(
          `bucket ${id} holds objects, or versions of deleted ones, and was not deleted: empty it, or set forceDestroy and run "up" first`,
        );
      await callUnlessAbsent(NO_BUCKET, store, `delete bucket ${id}`, context, (client, options) =>
        client.send(new DeleteBucketCommand({ Bucket: id }), options),
      );
    },
  };
}

async function createBucket(
  store: Store,
  bucket: string,
  inputs: Properties,
  context: CallContext,
): Promise<void> {
  // In one region, S3 answers a second create of a bucket that the account owns with success: two stacks would then own it.
  if (await exists(store, bucket, context)) throw taken(bucket);
  const { region } = store.settings;
  try {
    await call(store, `create bucket ${bucket}`, context, (client, options) =>
      client.send(
        new CreateBucketCommand({
          Bucket: bucket,
          ...(inputs["objectLockEnabled"] === true ? { ObjectLockEnabledForBucket: true } : {}),
          ...(region === FIRST_REGION
            ? {}
            : { CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint } }),
        }),
        options,
      ),
    );
  } catch (error) {
    throw error instanceof StoreError && EXISTS.includes(error.reason) ? taken(bucket) : error;
  }
}

function taken(bucket: string): Error {
  return new Error(
    `bucket ${bucket} exists already and was not touched: another stack may own it. If it is to belong to this one, import it by its name; otherwise choose another name`,
  );
}

async function exists(store: Store, bucket: string, context: CallContext): Promise<boolean> {
  const found = await callUnlessAbsent(
    NO_BUCKET,
    store,
    `look for bucket ${bucket}`,
    context,
    (client, options) => client.send(new HeadBucketCommand({ Bucket: bucket }), options),
  );
  return found !== undefined;
}

async function readBucket(
  store: Store,
  bucket: string,
  context: CallContext,
): Promise<Properties | undefined> {
  if (!(await exists(store, bucket, context))) return undefined;
  const lock = await callUnlessAbsent(
    ["ObjectLockConfigurationNotFoundError"],
    store,
    `read the object lock of bucket ${bucket}`,
    context,
    (client, options) => client.send(new GetObjectLockConfigurationCommand({ Bucket: bucket }), options),
  );
  return {
    bucket,
    ...(lock?.ObjectLockConfiguration?.ObjectLockEnabled === "Enabled" ? { objectLockEnabled: true } : {}),
  };
}

function outputsOf(inputs: Properties, { settings: { region } }: Store): Properties {
  const { bucket } = inputs;
  const named = (spell: (name: string) => string): PropertyValue =>
    typeof bucket === "string" ? spell(bucket) : UNKNOWN;
  return {
    forceDestroy: false,
    objectLockEnabled: false,
    ...inputs,
    arn: named((name) => `arn:aws:s3:::${name}`),
    bucketDomainName: named((name) => `${name}.s3.amazonaws.com`),
    bucketRegionalDomainName: named((name) => `${name}.s3.${region}.amazonaws.com`),
    bucketRegion: region,
    region,
    tagsAll: {},
  };
}
