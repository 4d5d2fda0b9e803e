/** A reference to an image, in parts. */
export interface ImageReference {
  tag: string | undefined;
  digest: string | undefined;
}

/** Takes a reference such as `registry:5000/name:tag@sha256:…` apart. */
export function parseImageReference(reference: string): ImageReference {
  const [name = "", digest] = reference.split("@");
  const tag = /:([^/:]+)$/.exec(name)?.[1];
  return { tag, digest };
}

/**
 * What is wrong with a reference; undefined when nothing is.
 * @param requireDigest whether a tag alone is not enough
 */
export function imageProblem(reference: string, requireDigest: boolean): string | undefined {
  const { tag, digest } = parseImageReference(reference);
  if (digest !== undefined)
    return /^sha256:[0-9a-f]{64}$/.test(digest) ? undefined : "its digest is not a SHA-256";
  if (requireDigest) return "it has no digest";
  if (tag === undefined) return "it has no tag";
  return tag === "latest" ? "its tag is latest" : undefined;
}
