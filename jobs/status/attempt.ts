import { Failure, reasonOf } from "../../lib/failure";
import { type Read, read, unknown } from "../../plan/status/facts";
import { ObjectStorageError } from "../objectStorage";

/** Longest wait for one class: a store that keeps silent must not keep the others from being told. */
const LIMIT_MS = 30_000;

/** The remedies of the store's own errors are for pods. */
const ofStore =
  "check the address, the network, and what the credentials may read there, then run this again";

/**
 * Reads something, and says why where it cannot be had. Never throws.
 * @param limitMs milliseconds after which it counts as not had
 */
export async function attempt<T>(work: () => Promise<T>, limitMs = LIMIT_MS): Promise<Read<T>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Read<T>>((resolve) => {
    timer = setTimeout(() => {
      resolve(unknown(`there was no answer within ${limitMs / 1000} s`, ofStore));
    }, limitMs);
  });
  const told = work().then(read, (error: unknown) => {
    if (error instanceof ObjectStorageError) return unknown<T>(error.what, ofStore);
    if (error instanceof Failure) return unknown<T>(error.what, error.remedy);
    return unknown<T>(reasonOf(error), "run this again");
  });
  try {
    return await Promise.race([told, late]);
  } finally {
    clearTimeout(timer);
  }
}
