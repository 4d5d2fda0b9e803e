import type { Properties } from "../framework/provider";

/** Account and region that a provider is bound to; empty where it is bound to none. */
export interface Binding {
  account: string;
  region: string;
}

/** Outputs that a preview must know for the policy pack to decide: names of keys and buckets in other resources. */
export function previewOutputs(type: string, urn: string, inputs: Properties, binding: Binding): Properties {
  const name = urn.split("::").at(-1) ?? "";
  if (type === "aws:kms/key:Key")
    return { keyId: name, arn: `arn:aws:kms:${binding.region}:${binding.account}:key/${name}` };
  if (type === "aws:s3/bucket:Bucket" && typeof inputs["bucket"] === "string")
    return { arn: `arn:aws:s3:::${inputs["bucket"]}` };
  return {};
}
