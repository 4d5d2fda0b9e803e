import { changesOf, differencesOf, isSame } from "../framework/differences";
import type { CallContext, CheckFailure, Properties, ResourceHandler } from "../framework/provider";
import type { Store } from "./settings";
import { compact, shapeFailures, textOf, type Field, type Fields } from "./shape";

/** One setting of a bucket: a resource whose id is the bucket's name. */
export interface BucketSetting {
  /** Inputs beside the bucket. */
  fields: Fields;
  /** What the shape of the inputs cannot say. @default nothing */
  failures?(inputs: Properties): CheckFailure[];
  /** Inputs in the one spelling that is compared and kept. @default as they are */
  normalise?(inputs: Properties): Properties;
  /** Makes the setting what the inputs say. */
  put(store: Store, bucket: string, inputs: Properties, context: CallContext): Promise<unknown>;
  /** The inputs that would make the setting what it is; undefined when bucket or setting are not there. */
  get(store: Store, bucket: string, context: CallContext): Promise<Properties | undefined>;
  /** Takes the setting back. Succeeds when it or its bucket is gone. */
  remove(store: Store, bucket: string, context: CallContext): Promise<unknown>;
}

const bucketField: Field = { as: "Bucket", kind: "text", required: true };
const regionField: Field = { as: "", kind: "text" };

/** Handler of a setting at one object store. */
export function bucketSettingHandler(setting: BucketSetting, store: Store): ResourceHandler {
  const fields = { ...setting.fields, bucket: bucketField, region: regionField };
  const normalise = (inputs: Properties): Properties => setting.normalise?.(inputs) ?? inputs;
  const put = async (inputs: Properties, context: CallContext): Promise<Properties> => {
    if (!context.preview) await setting.put(store, textOf(inputs, "bucket"), inputs, context);
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
      const found = await setting.get(store, id, context);
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
      await setting.remove(store, id, context);
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
