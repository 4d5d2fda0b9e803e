/** What the recovery commands print as their results, as far as a drill reads it. Anything may be missing. */
export interface DatabaseRestored {
  action?: string;
  databaseBytes?: number;
  repositoryBytes?: number;
  downloadSeconds?: number;
  replaySeconds?: number;
  segmentsReplayed?: number;
  /** The last one of them, or the last one that the base backup needs. */
  lastSegment?: string;
  timelines?: { from: number; to: number };
  generation?: number;
  /** ISO, and seconds from then to the restore. */
  newestSegmentAt?: string;
  dataAgeSeconds?: number;
}

/** Result of `restore-models`. */
export interface ModelsRestored {
  action?: string;
  name?: string;
  files?: number;
  totalBytes?: number;
  seconds?: number;
  nonce?: string | null;
}

/** Result of `verify`. */
export interface Verified {
  checks?: Record<string, number>;
  rowCounts?: Record<string, number>;
  modelSha256?: string | null;
  nonce?: string | null;
  heartbeatAgeSeconds?: number;
  timeline?: string;
  /** What the application showed, where it was called by its host name. */
  certificate?: { serialNumber: string; issuer: string; validTo: string };
}

/** What site B says of its recovery. */
export interface RecoveryResults {
  database: DatabaseRestored;
  models: ModelsRestored;
  verification: Verified;
}
