import { names } from "./names";
import { check, type Rule } from "./rule";

/** Where pgBackRest keeps base backups and WAL, and how it reaches them. */
export interface RepositoryLocation {
  bucket: string;
  /** Host name of the object store, without scheme. */
  host: string;
  /** @default 443 */
  port: number;
  region: string;
  /** Path-style addressing, for stores that do not serve `bucket.host`. */
  pathStyle: boolean;
  /** File with the certificate authority of the store inside the pods; none for public authorities. */
  caFile?: string;
  /** Pods have an AWS role of their own, by EKS Pod Identity, and no keys. @default false */
  podIdentity?: boolean;
  /** Days of any-second recovery. */
  retentionDays: number;
}

/** Name of a generation, one life of the database, as it stands in keys: `generation-0001`. */
export function generationName(generation: number): string {
  return `generation-${String(generation).padStart(4, "0")}`;
}

/** Prefix of base backups, WAL and lineage: of class `wal`. */
export const walPrefix = "wal/";

/** Prefix of portable dumps of the database: of class `database`. */
export const dumpsPrefix = "db/";

/** Prefix of the records of all generations: claims and outcomes, each created once and never removed. */
export const lineagePrefix = `${walPrefix}lineage/`;

/** Path of a generation's repository, as pgBackRest is told it. */
export function repositoryPath(generation: number): string {
  return `/${walPrefix}${generationName(generation)}/repository`;
}

/** Endpoint of an object store. pgBackRest talks TLS only. */
export const endpointRule: Rule = {
  says: "must be an https URL without a path, as in https://s3.example.com:9000",
  example: "https://s3.example.com:9000",
  holds: (endpoint) => /^https:\/\/[^\s/]+$/.test(endpoint) && URL.canParse(endpoint),
};

/**
 * Splits an endpoint such as `https://host:8333`.
 * @throws Error when it breaks {@link endpointRule}
 */
export function splitEndpoint(endpoint: string): { host: string; port: number } {
  check(endpointRule, "endpoint", endpoint);
  const url = new URL(endpoint);
  return { host: url.hostname, port: url.port === "" ? 443 : Number(url.port) };
}

/**
 * Address of an object store.
 * @param endpoint https URL; empty for AWS
 * @throws Error when it is not an https URL
 */
export function storeAddress(
  endpoint: string,
  region: string,
): Pick<RepositoryLocation, "host" | "port" | "pathStyle"> {
  if (endpoint === "") return { host: `s3.${region}.amazonaws.com`, port: 443, pathStyle: false };
  return { ...splitEndpoint(endpoint), pathStyle: true };
}

/**
 * The path of a command that was told none. Nothing lies there, and no role may write there: each command names the generation
 * that it means, since a platform that is taken over must not go on in the path of its successor.
 */
const noRepository = `/${walPrefix}no-generation`;

/**
 * Text of `pgbackrest.conf`, without secrets: those come by environment. Only options that 2.45 (Debian) and 2.59 know;
 * for Pod Identity alone one that came with 2.58.
 * WAL is pushed one by one, so that PostgreSQL hears of a failure at once; it is fetched ahead, which makes replay fast.
 */
export function pgBackRestConfiguration(repository: RepositoryLocation): string {
  const { caFile, podIdentity = false } = repository;
  return `[global]
repo1-type=s3
repo1-path=${noRepository}
repo1-s3-bucket=${repository.bucket}
repo1-s3-endpoint=${repository.host}
repo1-storage-port=${repository.port}
repo1-s3-region=${repository.region}
repo1-s3-uri-style=${repository.pathStyle ? "path" : "host"}
${podIdentity ? "repo1-s3-key-type=pod-id\n" : ""}${caFile === undefined ? "" : `repo1-storage-ca-file=${caFile}\n`}repo1-cipher-type=aes-256-cbc
repo1-bundle=y
repo1-retention-full-type=time
repo1-retention-full=${repository.retentionDays}
expire-auto=n
compress-type=zst
compress-level=3
process-max=2
start-fast=y
archive-timeout=60
archive-get-queue-max=256MiB
io-timeout=30
lock-path=${names.databaseSocket}/pgbackrest
spool-path=${names.databaseDirectory}/spool
log-level-console=info
log-level-file=off

[global:archive-get]
archive-async=y

[main]
pg1-path=${names.databaseDirectory}/pgdata
pg1-socket-path=${names.databaseSocket}
pg1-user=postgres
pg1-database=postgres
`;
}
