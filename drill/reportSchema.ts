import type { WriterRow } from "./acknowledgements";
import type { Loss } from "./loss";
import type { Timeline } from "./timelineRows";

/** Raised when a reader of the JSON must change. */
export const REPORT_SCHEMA_VERSION = 1;

/** Something that was looked at. `seen` is undefined when nobody could look: then it does not hold. */
export interface Check {
  name: string;
  expected: string;
  seen?: string | undefined;
  ok: boolean;
}

/** One phase of the drill, in its order. */
export interface DrillStep {
  name: string;
  /** ISO; undefined when it was not reached. */
  startedAt?: string | undefined;
  /** undefined when it did not end. */
  seconds?: number | undefined;
  outcome: "done" | "failed" | "not reached";
}

/** A provider plugin and where it came from. */
export interface ProviderUsed {
  name: string;
  version?: string | undefined;
  source: "upstream" | "embedded";
  /** How the machine came by it, as in "built from its Go module". @default not said */
  origin?: string | undefined;
}

/** Amounts of data, in bytes unless said otherwise. Undefined: not measured. */
export interface Sizes {
  /** Size of the database before the disaster. */
  databaseBytes?: number | undefined;
  /** What pgBackRest stores for the base backup that was restored, compressed. */
  repositoryBytes?: number | undefined;
  checkpointBytes?: number | undefined;
  checkpointFiles?: number | undefined;
  /** Rows in all tables of the application, after the recovery. */
  rowsRecovered?: number | undefined;
  /** When the newest segment was archived that came back, ISO, and seconds from then to the restore. */
  newestSegmentAt?: string | undefined;
  dataAgeSeconds?: number | undefined;
  /** Generation that the recovery opened. */
  generation?: number | undefined;
}

/** How fast the data came back. Undefined: not measured. */
export interface Throughput {
  /** Base backup out of the object store. */
  restoreSeconds?: number | undefined;
  restoreBytesPerSecond?: number | undefined;
  /** WAL since the base backup. */
  replaySeconds?: number | undefined;
  segmentsReplayed?: number | undefined;
  checkpointRestoreSeconds?: number | undefined;
  checkpointRestoreBytesPerSecond?: number | undefined;
}

/** Moments of the loss, ISO. Undefined: not known. */
export interface LossWindow {
  /** The newest WAL segment reached the object store. */
  lastArchivedAt?: string | undefined;
  /** Every process of the site was killed. */
  killedAt?: string | undefined;
}

/** Machine that the drill ran on. */
export interface Machine {
  cores: number;
  memoryBytes: number;
  /** As in "Debian GNU/Linux 12, Linux 6.1". */
  system?: string | undefined;
  /** Highest memory in use by the drill. */
  peakMemoryBytes?: number | undefined;
}

/** What the drill measured, before any judgement. Everything optional may be missing because the drill stopped early. */
export interface DrillFindings {
  drillId: string;
  nonce: string;
  /** ISO. */
  startedAt: string;
  finishedAt: string;
  /** Why the drill stopped; undefined when it ran to its end. */
  error?: string | undefined;
  providers: ProviderUsed[];
  /** What ran the Pulumi program, as in "upstream pulumi-language-nodejs 3.250.0" or "inline program". */
  languageHost: string;
  /** Tool → version. */
  versions: Record<string, string>;
  machine: Machine;
  rtoObjectiveSeconds: number;
  rpoObjectiveSeconds: number;
  /** From the start of `up` on the fresh stack to the success of the verification. `to` undefined: it never succeeded. */
  recovery?: { from: string; to?: string | undefined } | undefined;
  timeline?: Timeline | undefined;
  loss?: Loss | undefined;
  lossWindow?: LossWindow | undefined;
  steps: DrillStep[];
  sizes: Sizes;
  throughput: Omit<Throughput, "restoreBytesPerSecond" | "checkpointRestoreBytesPerSecond">;
  /** What the verification and the drill looked at. Objectives and the second `up` are added by `drillReport`. */
  checks: Check[];
  /** Resources that a second `up` on the recovered stack changed. */
  secondUpChanges?: number | undefined;
  /** Resources whose real state was not what the stack says. */
  refreshDrift?: number | undefined;
}

/** Recovery time: from the start of `up` on a fresh stack to the success of the verification. */
export interface RecoveryTime {
  /** Undefined: the verification never succeeded. */
  seconds?: number | undefined;
  from?: string | undefined;
  to?: string | undefined;
  objectiveSeconds: number;
  /** Resources by start. */
  resources: Timeline["rows"];
  unchanged?: number | undefined;
}

/** Data loss: see {@link Loss} for the definitions. */
export interface RecoveryPoint extends LossWindow {
  /** Undefined: not measured. */
  seconds?: number | undefined;
  /** False: the loss is at least `seconds`. */
  exact?: boolean | undefined;
  rowsLost?: number | undefined;
  onlyTail?: boolean | undefined;
  lastAcknowledged?: WriterRow | undefined;
  lastRecovered?: WriterRow | undefined;
  objectiveSeconds: number;
}

/** Result of a drill, as it is kept beside the backups. A figure that is absent was not measured; 0 was measured. */
export interface DrillReport {
  schemaVersion: typeof REPORT_SCHEMA_VERSION;
  drillId: string;
  nonce: string;
  outcome: "passed" | "failed";
  /** Names of the checks that do not hold. */
  failedChecks: string[];
  error?: string | undefined;
  startedAt: string;
  finishedAt: string;
  seconds: number;
  rto: RecoveryTime;
  rpo: RecoveryPoint;
  steps: DrillStep[];
  sizes: Sizes;
  throughput: Throughput;
  checks: Check[];
  secondUpChanges?: number | undefined;
  refreshDrift?: number | undefined;
  providers: ProviderUsed[];
  languageHost: string;
  versions: Record<string, string>;
  machine: Machine;
}
