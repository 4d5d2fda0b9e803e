import { schemaOf } from "./settings";

/** Defaults of the settings that every rule about images has. */
export const imageDefaults = { requireDigest: false };

/** Configuration schema of a rule about images. */
export const imageSchema = schemaOf(imageDefaults, {
  requireDigest: { type: "boolean", description: "Whether an image needs a digest: a tag can be moved." },
});

/** What others call a rule about images. */
export const imageTags = ["checkov:CKV_K8S_14", "checkov:CKV_K8S_43"];
