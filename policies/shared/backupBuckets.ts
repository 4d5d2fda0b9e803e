import type { PolicyResource } from "@pulumi/policy";
import { recordedBuckets } from "./recordedInputs";
import { awsTypes, bucketSideTypes, canonicalType } from "./resourceTypes";

/** Which buckets hold backups. All of them where it is empty. */
export interface BackupBuckets {
  /** Names of buckets, or of their resources in the program. */
  names: string[];
  /** Tags that each of them has. */
  tags: Record<string, string>;
}

/** A resource as far as it tells its bucket. */
export type OfBucket = Pick<PolicyResource, "type" | "name" | "props">;

let selection: BackupBuckets = { names: [], tags: {} };

/** What the rule `backup-buckets` was configured with. It comes first in the pack, and is asked about each resource first. */
export function selectBackupBuckets(selected: BackupBuckets): void {
  selection = selected;
}

/**
 * Whether rules on backup buckets look at a resource: a bucket, or what belongs to one, for which the bucket decides that it
 * refers to. What belongs to no bucket is looked at, and so is what cannot be told.
 * @throws the SDK's error for a value that a preview does not know, where that value decides
 */
export function holdsBackups({ type, name, props }: OfBucket): boolean {
  const kind = canonicalType(type);
  const ofBucket = kind === awsTypes.bucket;
  if (!ofBucket && !bucketSideTypes.includes(kind)) return true;
  if (isOfAll()) return true;
  const { names } = selection;
  if (ofBucket && (names.includes(name) || hasTags(props["tags"]))) return true;
  const bucket = props["bucket"] as string | undefined;
  if (ofBucket) return bucket !== undefined && names.includes(bucket);
  return bucket === undefined || isBackupBucket(bucket);
}

/**
 * Whether a bucket holds backups, by its name alone.
 * @returns true also where tags decide, or a name that the engine draws, and the stack does not tell whose it is
 */
export function isBackupBucket(bucket: string): boolean {
  if (isOfAll() || selection.names.includes(bucket)) return true;
  const buckets = recordedBuckets();
  const known = buckets.find(({ props }) => nameIn(props) === bucket);
  if (known !== undefined) return selection.names.includes(known.name) || hasTags(known.props["tags"]);
  return Object.keys(selection.tags).length > 0 || buckets.some(({ props }) => nameIn(props) === undefined);
}

function isOfAll(): boolean {
  return selection.names.length === 0 && Object.keys(selection.tags).length === 0;
}

function hasTags(found: unknown): boolean {
  const wanted = Object.entries(selection.tags);
  const tags = (found ?? {}) as Record<string, string>;
  return wanted.length > 0 && wanted.every(([key, value]) => tags[key] === value);
}

function nameIn(props: PolicyResource["props"]): string | undefined {
  try {
    return props["bucket"] as string | undefined;
  } catch {
    return undefined;
  }
}
