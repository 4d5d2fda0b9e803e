import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  type ObjectIdentifier,
} from "@aws-sdk/client-s3";
import type { CallContext } from "../framework/provider";
import { call, callUnlessAbsent, NO_BUCKET } from "./call";
import type { Store } from "./settings";

/** Whether a bucket holds nothing: no object, no version, no delete marker. One that does not exist is empty. */
export async function isEmpty(store: Store, bucket: string, context: CallContext): Promise<boolean> {
  return (await versions(store, bucket, context, 1)).length === 0;
}

/**
 * Deletes everything in a bucket: objects, versions, delete markers and unfinished uploads, also what a governance lock
 * holds. Succeeds when the bucket is gone.
 * @throws Error that names an object which cannot be deleted
 */
export async function emptyBucket(store: Store, bucket: string, context: CallContext): Promise<void> {
  let count = 0;
  for (;;) {
    const found = await versions(store, bucket, context, 1000);
    if (found.length === 0) break;
    await deleteVersions(store, bucket, found, context);
    count += found.length;
    context.log("status", `${count} versions deleted`);
  }
  await abortUploads(store, bucket, context);
}

async function versions(
  store: Store,
  bucket: string,
  context: CallContext,
  limit: number,
): Promise<ObjectIdentifier[]> {
  const page = await callUnlessAbsent(
    NO_BUCKET,
    store,
    `list the versions in bucket ${bucket}`,
    context,
    (client, options) =>
      client.send(new ListObjectVersionsCommand({ Bucket: bucket, MaxKeys: limit }), options),
  );
  return [...(page?.Versions ?? []), ...(page?.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({
    Key,
    VersionId,
  }));
}

async function deleteVersions(
  store: Store,
  bucket: string,
  objects: ObjectIdentifier[],
  context: CallContext,
): Promise<void> {
  const { Errors = [] } = await call(
    store,
    `delete ${objects.length} versions in bucket ${bucket}`,
    context,
    (client, options) =>
      client.send(
        new DeleteObjectsCommand({
          Bucket: bucket,
          Delete: { Objects: objects, Quiet: true },
          BypassGovernanceRetention: true,
        }),
        options,
      ),
  );
  const [first] = Errors;
  if (first !== undefined)
    throw new Error(
      `bucket ${bucket} cannot be emptied: ${Errors.length} of ${objects.length} versions stay, such as ${first.Key ?? ""} (${first.Code ?? ""} ${first.Message ?? ""}); is there a compliance lock or a legal hold?`,
    );
}

async function abortUploads(store: Store, bucket: string, context: CallContext): Promise<void> {
  const page = await callUnlessAbsent(
    NO_BUCKET,
    store,
    `list the unfinished uploads in bucket ${bucket}`,
    context,
    (client, options) => client.send(new ListMultipartUploadsCommand({ Bucket: bucket }), options),
  );
  for (const { Key, UploadId } of page?.Uploads ?? [])
    await callUnlessAbsent(
      ["NoSuchUpload", ...NO_BUCKET],
      store,
      `abort the upload of ${Key ?? ""} in bucket ${bucket}`,
      context,
      (client, options) =>
        client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }), options),
    );
}
