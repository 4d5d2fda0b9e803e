import type { S3Client } from "@aws-sdk/client-s3";
import type { CallContext } from "../framework/provider";
import type { Store } from "./settings";

interface ApiError {
  name?: string;
  code?: string;
  message?: string;
  $metadata?: { httpStatusCode?: number };
}

/** An operation of the S3 API failed. The message says what, on what, where and why. */
export class StoreError extends Error {
  constructor(
    message: string,
    /** Name that the API gives the error: `NoSuchBucket`. */
    readonly reason: string,
  ) {
    super(message);
    this.name = "StoreError";
  }
}

/**
 * Makes one call to the object store.
 * @param what for messages, as in "read the policy of bucket backups"
 * @throws StoreError
 */
export async function call<Result>(
  store: Store,
  what: string,
  { signal }: Pick<CallContext, "signal">,
  work: (client: S3Client, options: { abortSignal: AbortSignal }) => Promise<Result>,
): Promise<Result> {
  try {
    return await work(store.client(), { abortSignal: signal });
  } catch (error) {
    signal.throwIfAborted();
    const { name = "", code = "", message = "", $metadata } = error as ApiError;
    const status = $metadata?.httpStatusCode;
    const endpoint = store.settings.endpoint ?? "AWS S3";
    const reason = [status, name, code, message]
      .filter((part) => part !== undefined && part !== "")
      .join(" ");
    const hint =
      status === undefined
        ? "; is it there and running?"
        : status === 403
          ? "; check the access key and its rights"
          : "";
    throw new StoreError(`${endpoint} did not ${what}: ${reason}${hint}`, name);
  }
}

/**
 * As `call`, for what may not be there.
 * @param absent names of the errors that mean so
 * @returns undefined then
 */
export async function callUnlessAbsent<Result>(
  absent: readonly string[],
  ...args: Parameters<typeof call<Result>>
): Promise<Result | undefined> {
  try {
    return await call(...args);
  } catch (error) {
    if (error instanceof StoreError && absent.includes(error.reason)) return undefined;
    throw error;
  }
}

/** Errors that mean that a bucket does not exist. */
export const NO_BUCKET = ["NoSuchBucket", "NotFound"];
