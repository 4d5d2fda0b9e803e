import type { S3Client } from "@aws-sdk/client-s3";
import { changesOf, differencesOf, isSame } from "../framework/differences";
import type { CallContext, CheckFailure, Properties, ResourceHandler } from "../framework/provider";
import { call, callUnlessAbsent, NO_BUCKET } from "./call";
import type { Store } from "./settings";
import { compact, required, shapeFailures, text, textOf, type Fields } from "./shape";

/** What a setting's call to the S3 API needs. */
export interface BucketRequest {
  client: S3Client;
  Bucket: string;
  options: { abortSignal: AbortSignal };
}

/** One setting of a bucket: a resource whose id is the bucket's name. */
export interface BucketSetting {
  /** As messages call it: "versioning". */
  name: string;
  /** Inputs beside the bucket. */
  fields: Fields;
  /** What the shape of the inputs cannot say. @default nothing */
  failures?(inputs: Properties): CheckFailure[];
  /** Inputs in the one spelling that is compared and kept. @default as they are */
  normalise?(inputs: Properties): Properties;
  /** Errors of `get` and `remove` that mean that the setting is not there. @default none */
  absent?: readonly string[];
  /** Makes the setting what the inputs say. */
  put(request: BucketRequest, inputs: Properties): Promise<unknown>;
  /** The inputs that would make the setting what it is; undefined when it is not there. */
  get(request: BucketRequest): Promise<Properties | undefined>;
  /** Takes the setting back. */
  remove(request: BucketRequest): Promise<unknown>;
  /** What messages call that. @default "remove the …" */
  removal?: string;
}

/** Handler of a setting at one object store. */
export function bucketSettingHandler(setting: BucketSetting, store: Store): ResourceHandler {
  const fields = { ...setting.fields, bucket: required(text), region: text };
  const absent = [...NO_BUCKET, ...(setting.absent ?? [])];
  const normalise = (inputs: Properties): Properties => setting.normalise?.(inputs) ?? inputs;
  const put = async (inputs: Properties, context: CallContext): Promise<Properties> => {
    if (context.preview) return { ...inputs };
    const Bucket = textOf(inputs, "bucket");
    await call(store, `set the ${setting.name} of bucket ${Bucket}`, context, (client, options) =>
      setting.put({ client, Bucket, options }, inputs),
    );
    return { ...inputs };
  };
  return {
    check(inputs) {
      const failures = [...shapeFailures(inputs, fields), ...regionFailures(inputs, store)];
      if (failures.length === 0) failures.push(...(setting.failures?.(inputs) ?? []));
      return { inputs: failures.length === 0 ? normalise(inputs) : inputs, failures };
    },
    diff: (known, inputs) => ({
      changes: changesOf(differencesOf(compact(known.inputs), compact(inputs)), ["bucket"]),
    }),
    async create(inputs, context) {
      return { id: context.preview ? "" : textOf(inputs, "bucket"), outputs: await put(inputs, context) };
    },
    async read({ id, inputs: known }, context) {
      const what = `read the ${setting.name} of bucket ${id}`;
      const found = await callUnlessAbsent(absent, store, what, context, (client, options) =>
        setting.get({ client, Bucket: id, options }),
      );
      if (found === undefined) return undefined;
      const { region } = known;
      const inputs: Properties = {
        bucket: id,
        ...(region === undefined ? {} : { region }),
        ...normalise(found),
      };
      // What says the same keeps its spelling, so that a refresh shows nothing.
      const same = isSame(compact(known), compact(inputs));
      return { id, inputs: same ? known : inputs, outputs: { ...(same ? known : inputs) } };
    },
    update: (_known, inputs, context) => put(inputs, context),
    async delete({ id }, context) {
      const what = `${setting.removal ?? `remove the ${setting.name}`} of bucket ${id}`;
      await callUnlessAbsent(absent, store, what, context, (client, options) =>
        setting.remove({ client, Bucket: id, options }),
      );
    },
  };
}

/** A region of its own for a resource would need a client of its own. */
export function regionFailures({ region }: Properties, { settings }: Store): CheckFailure[] {
  if (typeof region !== "string" || region === settings.region) return [];
  return [
    {
      property: "region",
      reason: `is "${region}", but the provider's is ${settings.region}: the embedded aws provider has one region`,
    },
  ];
}
