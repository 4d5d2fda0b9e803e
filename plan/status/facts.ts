/** Something that was asked for: its answer, or why there is none. */
export type Read<T> =
  | { state: "read"; value: T }
  /** It was asked for and could not be had: whatever follows from it is unknown. */
  | { state: "unknown"; why: string; remedy: string }
  /** Nobody has asked, or nothing records it yet: that alone says nothing against a system. */
  | { state: "not asked"; why: string };

/** A site, as the records of the lineage name it. */
export interface SiteFacts {
  /** Uid of the platform's namespace. */
  id: string;
  /** `stack/namespace`, with the host behind it where there is one. */
  name: string;
}

/** Whose the database is. */
export interface LineageFacts {
  /** The generation that serves; absent where none was ever opened. */
  head?: { generation: number; site: SiteFacts; claimedAt: string; openedAt: string; reason: string };
  /** Claims above the head that are neither opened nor withdrawn. */
  unsettled: { generation: number; site: SiteFacts; claimedAt: string }[];
  generations: number;
  /** Of them those whose repositories are removed. */
  collected: number;
}

/** One committed base backup, as its record says it. */
export interface BaseFacts {
  generation: number;
  label: string;
  type: "full" | "diff" | "incr";
  /** By the database's clock. */
  stoppedAt: Date;
  /** When its record was written, by the store's clock. */
  committedAt: Date;
  databaseBytes: number;
  /** Of the repository that this backup needs, as pgBackRest counted it. */
  repositoryBytes: number;
}

/** The committed base backups that lead to the head. */
export interface BasesFacts {
  newest?: BaseFacts;
  newestFull?: BaseFacts;
  /** The oldest whose record was read. */
  oldestRead?: BaseFacts;
  /** Records by the listing. */
  count: number;
  /** Older ones whose records were not read. */
  notRead: number;
  /** Records that are there and cannot be used, with the reason. */
  broken: { label: string; why: string }[];
  /** Objects that must be there beside them and are not. */
  missing: string[];
  /** What the next expiry does, by the labels. */
  expiry: { removes: number; base?: string; why: string };
}

/** What can be gone back to without a gap, by way of one generation. */
export interface SpanFacts {
  generation: number;
  from: Date;
  to: Date;
}

/** The archive of WAL of the generations that lead to the head. */
export interface ArchiveFacts {
  /** Newest segment of the head, and when it was archived by the store's clock; absent where it has none. */
  newest?: { segment: string; archivedAt: Date };
  /** Segments of the head past the newest one that somebody has deleted. */
  deletedTail: { segment: string; deletedAt: Date }[];
  /** Of all generations, as far as they were listed. */
  segments: number;
  bytes: number;
  oldestAt?: Date;
  /** Folders of WAL that are there and were not listed, the oldest ones: no second of the window needs them, or there are too many. */
  foldersNotListed: number;
}

/** What can be gone back to, by the listing: exactly, pgBackRest alone knows it. */
export interface WindowFacts {
  /** Oldest first. */
  spans: SpanFacts[];
  /** Generations through which nothing can be gone back to, with the reason. */
  broken: { generation: number; why: string }[];
}

/** A backup that has a name with its time in it. */
export interface NamedBackup {
  name: string;
  /** As its name says: by the store's clock. */
  takenAt: Date;
  sizeBytes: number;
}

/** The portable dumps. */
export interface DumpsFacts {
  /** The newest that counts: read back, and its objects are there with their sizes. */
  newest?: NamedBackup & { rows: number; tables: number };
  /** The one before it that counts. */
  before?: NamedBackup;
  /** Newer than it and do not count, with the reason. */
  notCounting: { name: string; why: string }[];
  /** Names from the future. */
  ofFuture: string[];
  /** Of the own layout, and of the runbook's. */
  count: number;
  plain: number;
  /** Name of the oldest one, and what it says of its time. */
  oldest?: { name: string; takenAt: Date };
  /** Whether older ones were not looked at before a second good one was found. */
  gaveUp: boolean;
}

/** The snapshots of the models. */
export interface ModelsFacts {
  /** The newest that counts. */
  newest?: NamedBackup & { files: number };
  before?: NamedBackup;
  /** Objects of the newest that its manifest names and that are missing or of another size. */
  missing: string[];
  /** Newer ones that wait to be confirmed. */
  unconfirmed: string[];
  /** Newer ones that were never committed: under way, or abandoned. */
  notCommitted: string[];
  ofFuture: string[];
  count: number;
  oldest?: { name: string; takenAt: Date };
  /** Whether older ones were not looked at before a second good one was found. */
  gaveUp: boolean;
}

/** What the bucket tells. */
export interface BucketFacts {
  /** As `--from-vault` takes it. */
  address: string;
  /** The store's clock, once all else was read. */
  now: Read<Date>;
  lineage: Read<LineageFacts>;
  bases: Read<BasesFacts>;
  archive: Read<ArchiveFacts>;
  window: Read<WindowFacts>;
  dumps: Read<DumpsFacts>;
  models: Read<ModelsFacts>;
}

/** A certificate that the kit holds, and until when it is valid. */
export interface CertificateFacts {
  /** Namespace and name of its Secret, or what it is. */
  name: string;
  /** An authority ends what it has signed; a leaf is issued anew in a recovery. */
  kind: "leaf" | "authority" | "authority of the object store";
  validTo: Date;
}

/** The recovery kit that was used. */
export interface KitFacts {
  /** Path of its file, or address of its object. */
  place: string;
  /** Counts up with each change; 0 for one from before version 2. */
  generation: number;
  /** ISO, by the writer's clock; empty for one from before version 2. */
  writtenAt: string;
  /** Stack of the platform that it knows. */
  stack?: string;
  /** What a person should know of how kit and vault fit, a line each; read where they do. */
  fit: Read<string[]>;
  /** What is against it. */
  problem?: { place: string; fault: string; reason: string; remedy: string };
  certificates: CertificateFacts[];
  /** Certificates that cannot be understood, with the reason. */
  unreadable: string[];
}

/** A CronJob of the backups. */
export interface CronJobFacts {
  name: string;
  suspended: boolean;
  /** ISO, by the cluster's clock; absent where it never succeeded. */
  lastSuccess?: string;
}

/** What PostgreSQL itself says of its archiver, by the clock of the database. */
export interface ArchiverFacts {
  archivedCount: number;
  failedCount: number;
  /** ISO; absent for never. */
  lastArchivedAt?: string;
  lastFailedAt?: string;
  lastFailedSegment?: string;
}

/** What only the living platform knows. */
export interface PlatformFacts {
  /** Uid of its namespace: what it claims with. */
  siteId: Read<string>;
  cronJobs: Read<CronJobFacts[]>;
  /** Newest Job of each CronJob, where that has failed. */
  failedJobs: Read<{ cronJob: string; job: string; at: string }[]>;
  archiver: Read<ArchiverFacts>;
  /** Certificates on the cluster that the kit does not hold as they are. */
  certificatesNotInKit: Read<string[]>;
}

/** All that a status is made from. */
export interface StatusFacts {
  /** Stack whose site is meant; absent where nobody says it. */
  stack?: string;
  kit: Read<KitFacts>;
  bucket: BucketFacts;
  platform: Read<PlatformFacts>;
  /** When a rehearsal and a drill have last proven that all this can be restored. Nothing records either yet. */
  proofs: { rehearsal: Read<Date>; drill: Read<Date> };
}

/** A value that was read. */
export function read<T>(value: T): Read<T> {
  return { state: "read", value };
}

/** A value that could not be had. */
export function unknown<T>(why: string, remedy: string): Read<T> {
  return { state: "unknown", why, remedy };
}

/** The value, where it was read. */
export function valueOf<T>(asked: Read<T>): T | undefined {
  return asked.state === "read" ? asked.value : undefined;
}
