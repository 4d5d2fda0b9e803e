import { Failure } from "../lib/failure";
import type { ObjectStorage } from "./objectStorage";

/**
 * What time it is, for whoever removes by age: this machine's clock may be off by years. Asked after the store has answered something.
 * @throws Failure when the store does not say
 */
export function storeTimeOf({ storeTime, bucket }: Pick<ObjectStorage, "storeTime" | "bucket">): Date {
  if (storeTime === undefined)
    throw new Failure(
      `the object store of bucket ${bucket} does not say what time it is; nothing was removed`,
      "let its answers carry the header Date, as S3's do",
    );
  return storeTime;
}
