import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { identityText, newIdentity } from "../../kit/vaultIdentity";
import { recoveryKitKey, vaultIdentityKey } from "../../plan/configObjects";
import {
  BucketDouble,
  putBase,
  putDump,
  putGeneration,
  putSnapshot,
  putWal,
} from "../unit/jobs/status/bucketDouble";

/** What the process that serves the bucket is told. */
export interface BigBucketOrder {
  certificateFile: string;
  keyFile: string;
  /** Milliseconds by which each answer is late. */
  latencyMs: number;
  repositoryCipherPass: string;
  /** Days over which the WAL is spread. */
  walDays: number;
}

/** What it tells when it serves. */
export interface BigBucketServed {
  port: number;
  vaultId: string;
  objects: number;
  backups: number;
  now: string;
}

/** As many as the issue has: 10,000 backups, and with WAL 100,000 objects. */
const counts = { bases: 2000, dumps: 3000, snapshots: 5000, segments: 66_000 };
const PAGE = 1000;
const hour = 3_600_000;

interface Entry {
  key: string;
  text: string;
  sizeBytes: number;
  modifiedAt: Date;
}

function filled(now: Date, walDays: number): BucketDouble {
  const bucket = new BucketDouble(now);
  const ago = (ms: number): Date => new Date(now.getTime() - ms);
  const compact = (at: Date): string =>
    at.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
  putGeneration(bucket, 1, ago(400 * 24 * hour));
  const every = (walDays * 24 * hour) / counts.segments;
  const times = Array.from({ length: counts.segments }, (_, index) =>
    ago((counts.segments - 1 - index) * every + 20_000),
  );
  putWal(bucket, 1, 1, times);
  for (let index = 0; index < counts.bases; index += 1) {
    const at = ago(((counts.bases - 1 - index) * walDays * 24 * hour) / counts.bases + hour);
    const segment = Math.max(1, Math.round((at.getTime() - (times[0]?.getTime() ?? 0)) / every));
    putBase(bucket, 1, `${compact(at)}F`, { at, segment });
  }
  for (let index = 0; index < counts.dumps; index += 1) {
    const at = ago(index * 3 * hour + hour);
    putDump(bucket, `backup-${at.toISOString().slice(0, 19).replace("T", "-").replaceAll(":", "")}`, at);
  }
  for (let index = 0; index < counts.snapshots; index += 1) {
    const at = ago(index * 2 * hour + hour);
    putSnapshot(bucket, `models-${compact(at)}`, at);
  }
  return bucket;
}

/** Index of the first key that is not below one. */
function lowerBound(entries: readonly Entry[], key: string): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.key ?? "") < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A page of a listing, as S3 has it. */
function page(entries: readonly Entry[], query: URLSearchParams): string {
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter");
  const most = Math.min(PAGE, Number(query.get("max-keys") ?? PAGE));
  const token = query.get("continuation-token");
  const found: string[] = [];
  let index = lowerBound(entries, token ?? prefix);
  for (; found.length < most;) {
    const entry = entries[index];
    if (entry?.key.startsWith(prefix) !== true) break;
    const rest = entry.key.slice(prefix.length);
    const cut = delimiter === null ? -1 : rest.indexOf(delimiter);
    if (cut < 0) {
      found.push(contents(entry));
      index += 1;
    } else {
      const folder = `${prefix}${rest.slice(0, cut)}`;
      found.push(`<CommonPrefixes><Prefix>${folder}/</Prefix></CommonPrefixes>`);
      // The first key past everything beneath it.
      index = lowerBound(entries, `${folder}0`);
    }
  }
  const next = entries[index];
  const more = next?.key.startsWith(prefix) === true;
  return `<ListBucketResult><IsTruncated>${more}</IsTruncated>${more ? `<NextContinuationToken>${next.key}</NextContinuationToken>` : ""}${found.join("")}</ListBucketResult>`;
}

function contents({ key, sizeBytes, modifiedAt }: Entry): string {
  return `<Contents><Key>${key}</Key><LastModified>${modifiedAt.toISOString()}</LastModified><ETag>&quot;0&quot;</ETag><Size>${sizeBytes}</Size><StorageClass>STANDARD</StorageClass></Contents>`;
}

function versions(entries: readonly Entry[], query: URLSearchParams): string {
  const prefix = query.get("prefix") ?? "";
  const marker = query.get("key-marker") ?? "";
  const found: string[] = [];
  for (let index = lowerBound(entries, prefix); ; index += 1) {
    const entry = entries[index];
    if (entry?.key.startsWith(prefix) !== true) break;
    if (entry.key > marker)
      found.push(
        `<Version><Key>${entry.key}</Key><VersionId>1</VersionId><IsLatest>true</IsLatest><LastModified>${entry.modifiedAt.toISOString()}</LastModified></Version>`,
      );
  }
  return `<ListVersionsResult><IsTruncated>false</IsTruncated>${found.join("")}</ListVersionsResult>`;
}

function serve({ certificateFile, keyFile, latencyMs, repositoryCipherPass, walDays }: BigBucketOrder): void {
  const bucket = filled(new Date(), walDays);
  const identity = newIdentity(repositoryCipherPass);
  bucket.put(vaultIdentityKey, identityText(identity), new Date());
  const sorted = (): Entry[] =>
    [...bucket.objects]
      .map(([key, stored]) => ({ key, ...stored }))
      .sort((one, other) => (one.key < other.key ? -1 : 1));
  let entries = sorted();
  const answer = (method: string, path: string, query: URLSearchParams): { status: number; body: string } => {
    const key = path.split("/").slice(2).join("/");
    if (method !== "GET") return { status: 405, body: "" };
    if (key === "")
      return { status: 200, body: query.has("versions") ? versions(entries, query) : page(entries, query) };
    const found = bucket.objects.get(key);
    return found === undefined
      ? { status: 404, body: "<Error><Code>NoSuchKey</Code></Error>" }
      : { status: 200, body: found.text };
  };
  const server = createServer(
    { cert: readFileSync(certificateFile), key: readFileSync(keyFile) },
    (request, response) => {
      const url = new URL(request.url ?? "/", "https://store");
      setTimeout(() => {
        const { status, body } = answer(
          request.method ?? "",
          decodeURIComponent(url.pathname),
          url.searchParams,
        );
        response.writeHead(status, { "content-type": "application/xml" }).end(body);
      }, latencyMs);
    },
  );
  process.on("message", (kit: { text: string }) => {
    bucket.put(recoveryKitKey, kit.text, new Date());
    entries = sorted();
    process.send?.("stored");
  });
  server.listen(0, "127.0.0.1", () => {
    const { port } = server.address() as AddressInfo;
    const { bases, dumps, snapshots } = counts;
    const served: BigBucketServed = {
      port,
      vaultId: identity.id,
      objects: bucket.objects.size,
      backups: bases + dumps + snapshots,
      now: new Date().toISOString(),
    };
    process.send?.(served);
  });
}

if (require.main === module) serve(JSON.parse(process.argv[2] ?? "{}") as BigBucketOrder);
