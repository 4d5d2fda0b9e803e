import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ObjectStorage, type ObjectStorageSettings } from "../../../jobs/objectStorage";

const BUCKET = "backups";
const PAGE = 3;
const checksumHeaders = ["content-md5", "x-amz-checksum-sha256", "x-amz-checksum-crc32"];

/** What a test can do to the next request: answer it with this status instead. */
export type Fault = (method: string, key: string) => number | undefined;

/** An object store in this process: one bucket, path-style, with delete markers and conditional writes. */
export interface FakeObjectStore {
  storage: ObjectStorage;
  /** What `storage` was made with. */
  settings: ObjectStorageSettings;
  objects: Map<string, Buffer>;
  tags: Map<string, string>;
  /** Keys whose newest version is a delete marker. */
  deleted: Set<string>;
  /** Keys that have a second version. */
  writtenAgain: Set<string>;
  /** Method and key of each request, in order. */
  requests: string[];
  /** Headers of the last request with a method and key. */
  headers: Map<string, IncomingMessage["headers"]>;
  fault: Fault;
  /** Most that one PutObject carries; S3 has 5 GiB. */
  maxPutBytes: number;
  /** Least that a part carries which is not the last; S3 has 5 MiB. */
  minPartBytes: number;
  /** Parts of the uploads that were neither completed nor aborted, by id of the upload. */
  uploads: Map<string, Map<number, Buffer>>;
  /** Its clock, to the second; undefined where it does not say. @default the real time */
  now: (() => Date) | undefined;
  /** What it makes of the condition of a write. "raced": two at the same time both pass. @default "kept" */
  conditions: "kept" | "raced" | "ignored" | "not known";
  close: () => Promise<void>;
}

export async function startFakeObjectStore(): Promise<FakeObjectStore> {
  const store: Store = {
    objects: new Map(),
    tags: new Map(),
    deleted: new Set(),
    writtenAgain: new Set(),
    requests: [],
    headers: new Map(),
    fault: () => undefined,
    maxPutBytes: 5 * 1024 ** 3,
    minPartBytes: 5 * 1024 ** 2,
    uploads: new Map(),
    now: () => new Date(),
    conditions: "kept",
  };
  const server = createServer((request, response) => {
    void answer(store, request, response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const settings = {
    endpoint: `http://127.0.0.1:${port}`,
    region: "us-east-1",
    bucket: BUCKET,
    pathStyle: true,
    accessKeyId: "key",
    secretAccessKey: "hidden",
  };
  const storage = new ObjectStorage(settings);
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  };
  return Object.assign(store, { storage, settings, close });
}

type Store = Omit<FakeObjectStore, "storage" | "settings" | "close">;

async function answer(store: Store, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://store");
  response.sendDate = false;
  if (store.now !== undefined) response.setHeader("date", store.now().toUTCString());
  const key = decodeURIComponent(url.pathname).slice(`/${BUCKET}/`.length);
  const method = request.method ?? "";
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const body = Buffer.concat(parts);
  const asked = ["tagging", "uploads", "partNumber", "uploadId"].find((name) => url.searchParams.has(name));
  store.requests.push(`${method} ${key}${asked === undefined ? "" : `?${asked}`}`);
  store.headers.set(`${method} ${key}`, request.headers);
  const status = store.fault(method, key);
  if (status !== undefined) {
    fail(
      response,
      status,
      status === 403
        ? "AccessDenied"
        : status === 503
          ? "SlowDown"
          : status === 409
            ? "ConditionalRequestConflict"
            : "InternalError",
    );
  } else if (method === "GET" && key === "") list(store, url.searchParams, response);
  else if (method === "GET" && url.searchParams.has("tagging")) {
    const [Key, Value] = (store.tags.get(key) ?? "").split("=");
    const tag = Value === undefined ? "" : `<Tag><Key>${Key}</Key><Value>${Value}</Value></Tag>`;
    xml(response, `<Tagging><TagSet>${tag}</TagSet></Tagging>`);
  } else if (method === "GET") read(store, key, request, response);
  else if (method === "PUT" && url.searchParams.has("tagging")) {
    const tag = /<Key>(.*?)<\/Key><Value>(.*?)<\/Value>/.exec(body.toString())?.slice(1).join("=");
    store.tags.set(key, tag ?? "");
    response.end();
  } else if (asked !== undefined && method !== "GET")
    multipart(store, key, url.searchParams, body, request, response);
  else if (method === "PUT") write(store, key, body, request, response);
  else if (method === "DELETE") {
    store.objects.delete(key);
    store.deleted.add(key);
    response.writeHead(204).end();
  } else fail(response, 400, "InvalidRequest");
}

function list(store: Store, query: URLSearchParams, response: ServerResponse): void {
  const prefix = query.get("prefix") ?? "";
  if (query.has("versions")) {
    const markers = [...store.deleted]
      .filter((key) => key.startsWith(prefix))
      .filter((key) => key > (query.get("key-marker") ?? ""))
      .map(
        (key) =>
          `<DeleteMarker><Key>${key}</Key><IsLatest>${!store.objects.has(key)}</IsLatest><LastModified>2026-01-01T01:00:00.000Z</LastModified></DeleteMarker>`,
      );
    const versions = [...store.objects.keys()]
      .filter((key) => key.startsWith(prefix) && key > (query.get("key-marker") ?? ""))
      .sort()
      .map((key) =>
        `<Version><Key>${key}</Key><IsLatest>true</IsLatest><LastModified>2026-01-01T00:00:00.000Z</LastModified></Version>`.repeat(
          store.writtenAgain.has(key) ? 2 : 1,
        ),
      );
    xml(
      response,
      `<ListVersionsResult><IsTruncated>false</IsTruncated>${versions.join("")}${markers.join("")}</ListVersionsResult>`,
    );
    return;
  }
  const delimiter = query.get("delimiter");
  const keys = [...store.objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  if (delimiter !== null) {
    const folders = new Set(
      keys
        .map((key) => key.slice(prefix.length))
        .filter((rest) => rest.includes(delimiter))
        .map((rest) => rest.slice(0, rest.indexOf(delimiter) + 1)),
    );
    const prefixes = [...folders].map(
      (folder) => `<CommonPrefixes><Prefix>${prefix}${folder}</Prefix></CommonPrefixes>`,
    );
    const contents = keys.filter((key) => !key.slice(prefix.length).includes(delimiter)).map(entryOf(store));
    xml(
      response,
      `<ListBucketResult><IsTruncated>false</IsTruncated>${contents.join("")}${prefixes.join("")}</ListBucketResult>`,
    );
    return;
  }
  const start = Number(query.get("continuation-token") ?? 0);
  const end = start + Math.min(PAGE, Number(query.get("max-keys") ?? PAGE));
  const contents = keys.slice(start, end).map(entryOf(store));
  const next =
    end < keys.length
      ? `<IsTruncated>true</IsTruncated><NextContinuationToken>${end}</NextContinuationToken>`
      : "<IsTruncated>false</IsTruncated>";
  xml(response, `<ListBucketResult>${next}${contents.join("")}</ListBucketResult>`);
}

function entryOf(store: Store): (key: string) => string {
  return (key) =>
    `<Contents><Key>${key}</Key><Size>${store.objects.get(key)?.length ?? 0}</Size><LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>`;
}

function read(store: Store, key: string, { headers }: IncomingMessage, response: ServerResponse): void {
  const content = store.objects.get(key);
  if (content === undefined) {
    fail(response, 404, "NoSuchKey");
    return;
  }
  const range = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? "");
  const part = range === null ? content : content.subarray(Number(range[1]), Number(range[2]) + 1);
  response
    .writeHead(range === null ? 200 : 206, { "content-length": part.length, etag: etagOf(content) })
    .end(part);
}

function write(
  store: Store,
  key: string,
  body: Buffer,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  // As S3 in a bucket with default retention.
  if (checksumHeaders.every((name) => request.headers[name] === undefined)) {
    fail(response, 400, "InvalidRequest");
    return;
  }
  if (body.length > store.maxPutBytes) {
    fail(response, 400, "EntityTooLarge");
    return;
  }
  if (store.conditions === "not known" && request.headers["if-none-match"] !== undefined) {
    fail(response, 501, "NotImplemented");
    return;
  }
  const there = store.objects.get(key);
  const wanted = request.headers["if-match"];
  const refused =
    (request.headers["if-none-match"] === "*" && there !== undefined) ||
    (wanted !== undefined && (there === undefined || etagOf(there) !== wanted));
  const raced = store.conditions === "raced" && key.includes("two-creators");
  if (refused && store.conditions !== "ignored" && !raced) {
    fail(response, 412, "PreconditionFailed");
    return;
  }
  store.objects.set(key, body);
  response.writeHead(200, { etag: etagOf(body) }).end();
}

/** As S3 in a bucket with default retention, for an upload whose checksums are SHA-256. */
function multipart(
  store: Store,
  key: string,
  query: URLSearchParams,
  body: Buffer,
  { method, headers }: IncomingMessage,
  response: ServerResponse,
): void {
  if (query.has("uploads")) {
    if (headers["x-amz-checksum-algorithm"] !== "SHA256") {
      fail(response, 400, "InvalidRequest");
      return;
    }
    const id = `upload-${store.requests.length}`;
    store.uploads.set(id, new Map());
    xml(
      response,
      `<InitiateMultipartUploadResult><Bucket>${BUCKET}</Bucket><Key>${key}</Key><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
    );
    return;
  }
  const id = query.get("uploadId") ?? "";
  const parts = store.uploads.get(id);
  if (parts === undefined) {
    fail(response, 404, "NoSuchUpload");
    return;
  }
  if (method === "DELETE") {
    store.uploads.delete(id);
    response.writeHead(204).end();
    return;
  }
  if (method === "PUT") {
    const checksum = headers["x-amz-checksum-sha256"];
    if (checksum === undefined) fail(response, 400, "InvalidRequest");
    else if (checksum !== sha256Of(body)) fail(response, 400, "BadDigest");
    else {
      parts.set(Number(query.get("partNumber")), body);
      response.writeHead(200, { etag: etagOf(body) }).end();
    }
    return;
  }
  const named = [...body.toString().matchAll(/<Part>(.*?)<\/Part>/gs)].map(([, part = ""]) => ({
    number: Number(/<PartNumber>(\d+)</.exec(part)?.[1]),
    checksum: /<ChecksumSHA256>([^<]*)</.exec(part)?.[1],
  }));
  const content = named.map(({ number }) => parts.get(number) ?? Buffer.from(""));
  if (
    named.some(
      ({ number, checksum }, index) => number !== index + 1 || checksum !== sha256Of(parts.get(number)),
    )
  )
    fail(response, 400, "InvalidPart");
  else if (content.slice(0, -1).some(({ length }) => length < store.minPartBytes))
    fail(response, 400, "EntityTooSmall");
  else {
    store.objects.set(key, Buffer.concat(content));
    store.uploads.delete(id);
    xml(
      response,
      `<CompleteMultipartUploadResult><Key>${key}</Key><ETag>"of parts-${named.length}"</ETag></CompleteMultipartUploadResult>`,
    );
  }
}

function sha256Of(content: Buffer | undefined): string {
  return createHash("sha256")
    .update(content ?? "")
    .digest("base64");
}

function etagOf(content: Buffer): string {
  return `"${createHash("md5").update(content).digest("hex")}"`;
}

function xml(response: ServerResponse, body: string): void {
  response.writeHead(200, { "content-type": "application/xml" }).end(`<?xml version="1.0"?>${body}`);
}

function fail(response: ServerResponse, status: number, code: string): void {
  response
    .writeHead(status, { "content-type": "application/xml" })
    .end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}
