import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { Agent } from "node:https";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  ListObjectVersionsCommand,
  type ObjectVersion,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { Failure } from "../lib/failure";
import { type Ask, partBytesFor, type Range, uploadInParts, writeInParts } from "./multipartUpload";
import { objectStorageProblem } from "./objectStorageProblem";

/** Where the backup bucket is and who asks. */
export interface ObjectStorageSettings {
  /** Empty for AWS. */
  endpoint: string;
  region: string;
  bucket: string;
  pathStyle: boolean;
  /** Empty: the role of the pod, or whatever else the AWS SDK finds. */
  accessKeyId: string;
  secretAccessKey: string;
  /** PEM of the store's private authority. @default public ones, and what NODE_EXTRA_CA_CERTS names */
  caCertificate?: string;
}

/** One current object, as a listing has it. */
export interface ListedObject {
  key: string;
  sizeBytes: number;
  modifiedAt: Date;
}

/** One key with what the store has kept under it. */
export interface VersionedKey {
  key: string;
  /** Versions with content. */
  versions: number;
  /** Whether a delete marker hides it now, or was put there once. */
  deleted: "now" | "once" | "never";
  /** Time of the newest version or marker. */
  modifiedAt: Date;
}

/** One version of an object. */
export interface ObjectVersionEntry {
  id: string;
  modifiedAt: Date;
  /** Whether it is the content that a read without a version gives. */
  current: boolean;
}

/** A write happens only if this still holds. */
export type WriteCondition = { ifAbsent: true } | { ifMatch: string };

/** The object store did not do what was asked. The message names bucket and object. */
export class ObjectStorageError extends Failure {
  constructor(
    what: string,
    remedy: string,
    readonly transient: boolean,
    /** The store does not know what it was asked for. */
    readonly unsupported = false,
  ) {
    super(what, remedy);
    this.name = "ObjectStorageError";
  }
}

/**
 * Headers of a write with the SHA-256 of a text: a bucket with default retention refuses a write without a checksum.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
 */
export function sha256Checksum(text: string): { ChecksumAlgorithm: "SHA256"; ChecksumSHA256: string } {
  return sha256Header(createHash("sha256").update(text).digest());
}

function count(
  keys: Map<string, VersionedKey>,
  { Key, IsLatest, LastModified }: Pick<ObjectVersion, "Key" | "IsLatest" | "LastModified">,
  isMarker: boolean,
): void {
  if (Key === undefined || Key.endsWith("/")) return;
  const known = keys.get(Key) ?? { key: Key, versions: 0, deleted: "never", modifiedAt: new Date(0) };
  if (!isMarker) known.versions += 1;
  else if (IsLatest === true) known.deleted = "now";
  else if (known.deleted === "never") known.deleted = "once";
  if (IsLatest === true) known.modifiedAt = LastModified ?? known.modifiedAt;
  keys.set(Key, known);
}

/** Some stores list a folder as an object of its own. */
function objectsOf({ Contents = [] }: ListObjectsV2CommandOutput): ListedObject[] {
  return Contents.flatMap(({ Key, Size, LastModified }) =>
    Key === undefined || Key.endsWith("/")
      ? []
      : [{ key: Key, sizeBytes: Size ?? 0, modifiedAt: LastModified ?? new Date(0) }],
  );
}

function sha256Header(digest: Buffer): { ChecksumAlgorithm: "SHA256"; ChecksumSHA256: string } {
  return { ChecksumAlgorithm: "SHA256", ChecksumSHA256: digest.toString("base64") };
}

const silent = (): undefined => undefined;

/** How long a call is repeated while its failure may pass by itself: a name server or a store that is just starting. */
const REPEAT_MS = 30_000;
/** How often a file is written that the connection breaks for, after whatever time. */
const WRITE_TRIES = 3;

/** How a large file is written. */
export interface UploadLimits {
  /** Most that one request carries; S3 takes 5 GiB. @default 1 GiB, so that a broken connection does not cost hours */
  oneRequestBytes: number;
  /**
   * Smallest part of an object that is written in parts; S3 takes 5 MiB and more. What is copied within the bucket goes in parts where it is
   * larger than one, which is held in memory. @default 64 MiB
   */
  partBytes: number;
}

/** The backup bucket. Every call gives up by itself: within a minute when nobody answers. */
export class ObjectStorage {
  private readonly client: S3Client;
  readonly bucket: string;
  private lastDate: Date | undefined;

  constructor(
    private readonly settings: ObjectStorageSettings,
    private readonly limits: UploadLimits = { oneRequestBytes: 1024 ** 3, partBytes: 64 * 1024 ** 2 },
    /** Milliseconds for which a failure that may pass by itself is tried again. */
    private readonly repeatMs = REPEAT_MS,
  ) {
    this.bucket = settings.bucket;
    const { accessKeyId, secretAccessKey, caCertificate } = settings;
    this.client = new S3Client({
      region: settings.region,
      forcePathStyle: settings.pathStyle,
      ...(accessKeyId === "" ? {} : { credentials: { accessKeyId, secretAccessKey } }),
      ...(settings.endpoint === "" ? {} : { endpoint: settings.endpoint }),
      // S3-compatible stores do not know the trailing checksums that the SDK would add; each write gives its own in a header.
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
      maxAttempts: 2,
      // What matters of its warnings is in the errors.
      logger: { trace: silent, debug: silent, info: silent, warn: silent, error: silent },
      requestHandler: {
        connectionTimeout: 5_000,
        socketTimeout: 15_000,
        // As the agent of the SDK: a handshake for each of many small requests would take longer than they do.
        ...(caCertificate === undefined
          ? {}
          : { httpsAgent: new Agent({ ca: caCertificate, keepAlive: true, maxSockets: 50 }) }),
      },
    });
    this.client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        const { headers } = (result.response ?? {}) as { headers?: Record<string, string> };
        const date = Date.parse(headers?.["date"] ?? "");
        if (!Number.isNaN(date)) this.lastDate = new Date(date);
        return result;
      },
      { step: "deserialize", name: "storeTime" },
    );
  }

  /**
   * Asks for the credentials that the calls are signed with: given ones, or those of the pod's role.
   * @throws Error of the AWS SDK when there are none
   */
  async credentials(): Promise<void> {
    await this.client.config.credentials();
  }

  /** The store's clock at its last answer; undefined before the first one, or where it does not say. */
  get storeTime(): Date | undefined {
    return this.lastDate;
  }

  /** Name of an object for people. */
  describe(key: string): string {
    return `s3://${this.bucket}/${key}`;
  }

  /** All current objects under a prefix, in the order of their keys. */
  async list(prefix: string, limit = Infinity): Promise<ListedObject[]> {
    return this.tell(`list ${this.describe(prefix)}`, async () => {
      const objects: ListedObject[] = [];
      for await (const page of this.pages(prefix, limit < 1000 ? { MaxKeys: limit } : {})) {
        objects.push(...objectsOf(page));
        if (objects.length >= limit) break;
      }
      return objects;
    });
  }

  /** Names directly under a prefix that have something beneath them: `models/` → `models-20260101-000000`. */
  async folders(prefix: string): Promise<string[]> {
    return (await this.level(prefix)).folders;
  }

  /** What lies directly under a prefix: names that have something beneath them, and objects. Costs nothing of what lies beneath. */
  async level(prefix: string): Promise<{ folders: string[]; objects: ListedObject[] }> {
    return this.tell(`list ${this.describe(prefix)}`, async () => {
      const names: string[] = [];
      const objects: ListedObject[] = [];
      for await (const page of this.pages(prefix, { Delimiter: "/" })) {
        for (const { Prefix } of page.CommonPrefixes ?? [])
          if (Prefix !== undefined) names.push(Prefix.slice(prefix.length, -1));
        objects.push(...objectsOf(page));
      }
      return { folders: names.sort(), objects };
    });
  }

  private async *pages(
    prefix: string,
    options: { MaxKeys?: number; Delimiter?: string },
  ): AsyncGenerator<ListObjectsV2CommandOutput> {
    let token: string | undefined;
    do {
      const page: ListObjectsV2CommandOutput = await this.client.send(
        new ListObjectsV2Command({
          Bucket: this.bucket,
          Prefix: prefix,
          ContinuationToken: token,
          ...options,
        }),
      );
      yield page;
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  /** Keys under a prefix whose newest version is a delete marker. Empty where the store keeps no versions. */
  async deleted(prefix: string): Promise<string[]> {
    const keys = await this.listVersions(prefix);
    return keys.filter(({ deleted }) => deleted === "now").map(({ key }) => key);
  }

  /**
   * All keys under a prefix with what their versions say, in the order of the keys. Where the store keeps no versions: the current
   * objects.
   * @param after key after which the listing begins; @default the first one
   */
  async listVersions(prefix: string, after?: string): Promise<VersionedKey[]> {
    const found = await this.tell(`list the versions of ${this.describe(prefix)}`, async () => {
      const keys = new Map<string, VersionedKey>();
      let markers: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined =
        after === undefined ? {} : { KeyMarker: after };
      while (markers !== undefined) {
        const page: Awaited<ReturnType<typeof this.versions>> = await this.versions(prefix, markers);
        if (page === "not implemented") return undefined;
        for (const version of page.Versions ?? []) count(keys, version, false);
        for (const marker of page.DeleteMarkers ?? []) count(keys, marker, true);
        markers = page.IsTruncated
          ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
          : undefined;
      }
      return [...keys.values()].sort((one, other) => (one.key < other.key ? -1 : 1));
    });
    return (
      found ??
      (await this.list(prefix)).map(({ key, modifiedAt }) => ({
        key,
        modifiedAt,
        versions: 1,
        deleted: "never",
      }))
    );
  }

  private async versions(
    prefix: string,
    markers: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined },
  ) {
    try {
      return await this.client.send(
        new ListObjectVersionsCommand({ Bucket: this.bucket, Prefix: prefix, ...markers }),
      );
    } catch (error) {
      if ((error as { name?: string }).name === "NotImplemented") return "not implemented" as const;
      throw error;
    }
  }

  /** The versions of one object that have content, the newest first. Empty where the store keeps no versions. */
  async versionsOf(key: string): Promise<ObjectVersionEntry[]> {
    return this.tell(`list the versions of ${this.describe(key)}`, async () => {
      const found: ObjectVersionEntry[] = [];
      let markers: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
      while (markers !== undefined) {
        const page: Awaited<ReturnType<typeof this.versions>> = await this.versions(key, markers);
        if (page === "not implemented") return [];
        for (const { Key, VersionId, LastModified, IsLatest } of page.Versions ?? [])
          if (Key === key && VersionId !== undefined)
            found.push({
              id: VersionId,
              modifiedAt: LastModified ?? new Date(0),
              current: IsLatest === true,
            });
        markers = page.IsTruncated
          ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
          : undefined;
      }
      return found;
    });
  }

  /**
   * Content of a small object and its ETag; undefined when there is no such object. `isReplica`: S3 has copied it here from another
   * bucket.
   * @param version id of one; @default the current one
   */
  async readText(
    key: string,
    version?: string,
  ): Promise<{ text: string; etag: string; isReplica: boolean } | undefined> {
    return this.tell(`read ${this.describe(key)}`, async () => {
      const answer = await this.get(key, { version });
      if (answer?.Body === undefined) return undefined;
      return {
        text: await answer.Body.transformToString(),
        etag: answer.ETag ?? "",
        isReplica: answer.ReplicationStatus === "REPLICA",
      };
    });
  }

  /** Content of an object; undefined when there is no such object. Errors of the stream are the stream's own. */
  async open(key: string): Promise<{ content: Readable; sizeBytes: number } | undefined> {
    return this.tell(`read ${this.describe(key)}`, async () => {
      const answer = await this.get(key);
      if (answer?.Body === undefined) return undefined;
      return { content: answer.Body as Readable, sizeBytes: answer.ContentLength ?? 0 };
    });
  }

  private async get(key: string, part: { range?: string; version?: string | undefined } = {}) {
    try {
      return await this.client.send(
        new GetObjectCommand({ Bucket: this.bucket, Key: key, Range: part.range, VersionId: part.version }),
      );
    } catch (error) {
      if (["NoSuchKey", "NoSuchVersion"].includes((error as { name?: string }).name ?? "")) return undefined;
      throw error;
    }
  }

  /**
   * Writes a small object, with its checksum: a bucket with default retention refuses a write without one.
   * @returns false when the condition no longer held, and another content stays
   */
  async writeText(key: string, text: string, condition?: WriteCondition): Promise<boolean> {
    return this.tell(`write ${this.describe(key)}`, async () => {
      try {
        await this.client.send(
          new PutObjectCommand({
            Bucket: this.bucket,
            Key: key,
            Body: text,
            ContentType: "application/json",
            ...sha256Checksum(text),
            ...(condition === undefined
              ? {}
              : "ifAbsent" in condition
                ? { IfNoneMatch: "*" }
                : { IfMatch: condition.ifMatch }),
          }),
        );
        return true;
      } catch (error) {
        const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
        if (name !== "PreconditionFailed" && $metadata?.httpStatusCode !== 412) throw error;
        // An attempt whose answer was lost may have written it.
        const there = await this.get(key);
        return (await there?.Body?.transformToString()) === text;
      }
    });
  }

  /**
   * Writes an object from a file: in one request, or in parts where it is large.
   * @param sha256 of the file, in hexadecimal; a store that knows checksums refuses other content
   * @throws Failure when the file is not what its checksum says
   */
  async writeFile(key: string, file: string, sizeBytes: number, sha256: string): Promise<void> {
    const { oneRequestBytes, partBytes } = this.limits;
    if (sizeBytes <= oneRequestBytes) return this.writeAtOnce(key, file, sizeBytes, sha256);
    const done = await uploadInParts(
      this.client,
      { bucket: this.bucket, key, file, sizeBytes, sha256 },
      partBytesFor(sizeBytes, partBytes),
      (what, action) => this.tell(`${what} ${this.describe(key)}`, action, WRITE_TRIES),
    );
    if (!done)
      throw new Failure(
        `${this.describe(key)} was not written: ${file} has changed since its checksum was taken`,
        "run this again when nobody writes to it",
      );
  }

  private async writeAtOnce(key: string, file: string, sizeBytes: number, sha256: string): Promise<void> {
    const put = async (): Promise<void> => {
      const content = createReadStream(file);
      try {
        await this.client.send(
          new PutObjectCommand({
            Bucket: this.bucket,
            Key: key,
            Body: content,
            ContentLength: sizeBytes,
            ...sha256Header(Buffer.from(sha256, "hex")),
          }),
        );
      } finally {
        content.destroy();
      }
    };
    await this.tell(`write ${this.describe(key)}`, put, WRITE_TRIES);
  }

  /**
   * Copies an object within the bucket, through this process: a copy that the store makes by itself carries no checksum of the writer, which a
   * bucket with default retention may demand, and takes the tags along. Whether the copy is whole is for the caller to read back.
   * @returns SHA-256 of what was read, in hexadecimal
   * @throws Failure when there is no such object, or it has another size
   */
  async copy(from: string, to: string, sizeBytes: number): Promise<string> {
    const { partBytes } = this.limits;
    const ask: Ask = (what, action) => this.tell(`${what} ${this.describe(to)}`, action, WRITE_TRIES);
    if (sizeBytes > partBytes)
      return writeInParts(
        this.client,
        { bucket: this.bucket, key: to, sizeBytes },
        partBytesFor(sizeBytes, partBytes),
        (range) => this.readPart(from, range),
        ask,
      );
    const Body =
      sizeBytes === 0 ? Buffer.alloc(0) : await this.readPart(from, { start: 0, end: sizeBytes - 1 });
    const digest = createHash("sha256").update(Body).digest();
    await ask("write", () =>
      this.client.send(new PutObjectCommand({ Bucket: this.bucket, Key: to, Body, ...sha256Header(digest) })),
    );
    return digest.toString("hex");
  }

  private async readPart(key: string, { start, end }: Range): Promise<Buffer> {
    const part = await this.tell(`read ${this.describe(key)}`, async () => {
      const answer = await this.get(key, { range: `bytes=${start}-${end}` });
      return answer?.Body?.transformToByteArray();
    });
    if (part?.length !== end - start + 1)
      throw new Failure(
        `${this.describe(key)} ${part === undefined ? "is missing" : `ended after ${part.length} of ${end - start + 1} bytes`}`,
        "run this again",
      );
    return Buffer.from(part.buffer, part.byteOffset, part.byteLength);
  }

  /** Tags of an object. */
  async tags(key: string): Promise<Record<string, string>> {
    return this.tell(`read the tags of ${this.describe(key)}`, async () => {
      const { TagSet = [] } = await this.client.send(
        new GetObjectTaggingCommand({ Bucket: this.bucket, Key: key }),
      );
      return Object.fromEntries(TagSet.map(({ Key = "", Value = "" }) => [Key, Value]));
    });
  }

  /** Replaces the tags of an object. */
  async tag(key: string, tags: Readonly<Record<string, string>>): Promise<void> {
    const TagSet = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    await this.tell(`tag ${this.describe(key)}`, () =>
      this.client.send(new PutObjectTaggingCommand({ Bucket: this.bucket, Key: key, Tagging: { TagSet } })),
    );
  }

  /** Hides an object (a versioned bucket keeps what it held). Nothing to do when there is none. */
  async remove(key: string): Promise<void> {
    await this.tell(`remove ${this.describe(key)}`, () =>
      this.client.send(new DeleteObjectCommand({ Bucket: this.bucket, Key: key })),
    );
  }

  /** Closes its connections. */
  close(): void {
    this.client.destroy();
  }

  /**
   * Repeats what may pass by itself, and says what did not.
   * @param tries made at the least, however long each of them takes
   */
  private async tell<T>(what: string, action: () => Promise<T>, tries = 1): Promise<T> {
    const start = Date.now();
    for (let count = 1; ; count += 1)
      try {
        return await action();
      } catch (error) {
        const { reason, remedy, transient, unsupported } = objectStorageProblem(error);
        const pause = 1000 * count * count;
        if (!transient || (count >= tries && Date.now() + pause > start + this.repeatMs)) {
          const store = this.settings.endpoint === "" ? "AWS S3" : this.settings.endpoint;
          throw new ObjectStorageError(
            `object store ${store} did not ${what}: ${reason}`,
            remedy,
            transient,
            unsupported,
          );
        }
        await sleep(pause);
      }
  }
}
