import { pattern } from "./rule";

/** What `replace-models` does, by its first word. */
export const exchangeActions = ["plan", "fetch", "replace", "undo", "forget", "status"] as const;

/** One of {@link exchangeActions}. */
export type ExchangeAction = (typeof exchangeActions)[number];

/** Id of an exchange: the UTC time at which it was asked for. The same id is the same exchange, however often it is asked for. */
export const exchangeId = pattern(
  /^\d{8}-\d{6}$/,
  "must be a time, as in 20260131-235959",
  "20260131-235959",
);

/** A new id of an exchange. */
export function newExchangeId(now: Date): string {
  const digits = now.toISOString().replace(/\D/g, "");
  return `${digits.slice(0, 8)}-${digits.slice(8, 14)}`;
}

/** Paths of which there may be very many: how many, and the first of them. */
export interface SomePaths {
  count: number;
  first: string[];
}

/** Shortens a list of paths to what fits into a result. */
export function somePaths(paths: readonly string[]): SomePaths {
  return { count: paths.length, first: [...paths].sort().slice(0, 10) };
}

/** An exchange whose old files are kept. */
export interface KeptExchange {
  exchange: string;
  kind: "replace" | "undo";
  /** Snapshot that came, or that was undone. */
  snapshot: string;
  /** ISO time. */
  begunAt: string;
  /** False: it was stopped half way. */
  finished: boolean;
  files: number;
  bytes: number;
}

/** What an exchange would do; nothing was changed. */
export interface ExchangePlan {
  action: "planned";
  /** Snapshot that would come, or that would be undone. */
  snapshot: string;
  /** Newest committed snapshot that holds just what is there now; null when none does. */
  former: string | null;
  files: number;
  totalBytes: number;
  /** Bytes that the store would be asked for; what is there already is copied on the volume. */
  bytesToFetch: number;
  /** Files that are there and have another content. */
  differ: SomePaths;
  /** Files that are not there. */
  added: SomePaths;
  /** Files that are there, and that what comes does not have. */
  setAside: SomePaths;
  /** Files that stay as they are. */
  same: number;
  freeBytes: number;
  neededBytes: number;
  /** What would stop it, a sentence each. */
  problems: string[];
  /** What a person should know of the snapshot, a sentence each. Absent from a platform of an earlier version. */
  warnings?: string[];
  /** Exchanges whose old files are kept, oldest first. */
  kept: KeptExchange[];
}

/** A snapshot lies beside the living checkpoints, whole. */
export interface FetchReport {
  action: "fetched";
  snapshot: string;
  files: number;
  totalBytes: number;
  seconds: number;
}

/** What an exchange has done. */
export interface ExchangeReport {
  action: "replaced" | "undone";
  exchange: string;
  /** Snapshot that came, or that was undone. */
  snapshot: string;
  files: number;
  totalBytes: number;
  /** Files that were there before and are kept for an undo. */
  kept: { files: number; bytes: number };
  /** Of an undo: what was written since the exchange that it undoes. */
  writtenSince: SomePaths | null;
  /** SHA-256 that the checkpoint in use says of itself, as `/predict` tells it; null for a format that says none. */
  modelSha256: string | null;
  seconds: number;
}

/** The exchanges whose old files are kept, oldest first; nothing was changed. */
export interface StatusReport {
  action: "looked";
  kept: KeptExchange[];
}

/** What was removed for good. */
export interface ForgetReport {
  action: "forgotten";
  exchanges: string[];
  files: number;
  bytes: number;
}
