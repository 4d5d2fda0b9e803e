import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompletedPart,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";

/** An object that is too large for one request, and the file that it is made from. */
export interface LargeObject {
  bucket: string;
  key: string;
  /** Path of the file. It must not change meanwhile. */
  file: string;
  sizeBytes: number;
  /** Of the whole, in hexadecimal. */
  sha256: string;
}

/** First and last byte of a part. */
export interface Range {
  start: number;
  end: number;
}

/** Repeats a request that may pass by itself, and says what did not. */
export type Ask = <T>(what: string, action: () => Promise<T>) => Promise<T>;

const MIB = 1024 ** 2;
/** An upload has at most so many parts. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PARTS = 10_000;

/** Size of the parts of an object, in bytes: whole MiB, and few enough of them. */
export function partBytesFor(sizeBytes: number, atLeast = 64 * MIB): number {
  const needed = Math.ceil(sizeBytes / MAX_PARTS);
  return needed <= atLeast ? atLeast : Math.ceil(needed / MIB) * MIB;
}

/**
 * Writes an object in parts, each with its own checksum, which a bucket with default retention demands. Nothing is there until
 * the last request. What an upload leaves that dies is removed by the bucket's lifecycle.
 * @returns false when the file is not what its checksum says: then there is no object
 */
export async function uploadInParts(
  client: S3Client,
  { file, sizeBytes, sha256, ...object }: LargeObject,
  partBytes: number,
  ask: Ask,
): Promise<boolean> {
  const whole = createHash("sha256");
  return inParts(client, object, ask, async (upload) => {
    const parts: CompletedPart[] = [];
    for (const range of ranges(sizeBytes, partBytes)) {
      const ChecksumSHA256 = await checksumOf(file, range, whole);
      const PartNumber = parts.length + 1;
      const { ETag } = await ask(`write part ${PartNumber} of`, async () => {
        const content = createReadStream(file, range);
        try {
          return await client.send(
            new UploadPartCommand({
              ...upload,
              PartNumber,
              Body: content,
              ContentLength: range.end - range.start + 1,
              ChecksumAlgorithm: "SHA256",
              ChecksumSHA256,
            }),
          );
        } finally {
          content.destroy();
        }
      });
      parts.push({ PartNumber, ETag, ChecksumSHA256 });
    }
    return whole.digest("hex") === sha256 ? parts : undefined;
  });
}

/**
 * Writes an object in parts that come from elsewhere, each with its own checksum, and none but one in memory.
 * @param read gives a part
 * @returns SHA-256 of the whole, in hexadecimal
 */
export async function writeInParts(
  client: S3Client,
  { sizeBytes, ...object }: Pick<LargeObject, "bucket" | "key" | "sizeBytes">,
  partBytes: number,
  read: (range: Range) => Promise<Buffer>,
  ask: Ask,
): Promise<string> {
  const whole = createHash("sha256");
  await inParts(client, object, ask, async (upload) => {
    const parts: CompletedPart[] = [];
    for (const range of ranges(sizeBytes, partBytes)) {
      const Body = await read(range);
      whole.update(Body);
      const ChecksumSHA256 = createHash("sha256").update(Body).digest("base64");
      const PartNumber = parts.length + 1;
      const part = { ...upload, PartNumber, Body, ChecksumAlgorithm: "SHA256", ChecksumSHA256 } as const;
      const { ETag } = await ask(`write part ${PartNumber} of`, () =>
        client.send(new UploadPartCommand(part)),
      );
      parts.push({ PartNumber, ETag, ChecksumSHA256 });
    }
    return parts;
  });
  return whole.digest("hex");
}

type Upload = { Bucket: string; Key: string; UploadId: string | undefined };

/** @param fill writes the parts; undefined for none: then there is no object */
async function inParts(
  client: S3Client,
  { bucket, key }: { bucket: string; key: string },
  ask: Ask,
  fill: (upload: Upload) => Promise<CompletedPart[] | undefined>,
): Promise<boolean> {
  const object = { Bucket: bucket, Key: key };
  const { UploadId } = await ask("begin to write", () =>
    client.send(new CreateMultipartUploadCommand({ ...object, ChecksumAlgorithm: "SHA256" })),
  );
  const upload = { ...object, UploadId };
  try {
    const Parts = await fill(upload);
    if (Parts !== undefined) {
      await ask("complete", () =>
        client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } })),
      );
      return true;
    }
  } catch (error) {
    await abort(client, upload);
    throw error;
  }
  await abort(client, upload);
  return false;
}

function* ranges(sizeBytes: number, partBytes: number): Generator<Range> {
  for (let start = 0; start < sizeBytes; start += partBytes)
    yield { start, end: Math.min(start + partBytes, sizeBytes) - 1 };
}

/** The lifecycle of the bucket does it otherwise. */
async function abort(client: S3Client, upload: Upload): Promise<void> {
  await client.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined);
}

/** SHA-256 of a part of a file, in base64; goes into that of the whole too. */
async function checksumOf(file: string, range: Range, whole: ReturnType<typeof createHash>): Promise<string> {
  const part = createHash("sha256");
  for await (const chunk of createReadStream(file, range)) {
    part.update(chunk as Buffer);
    whole.update(chunk as Buffer);
  }
  return part.digest("base64");
}
