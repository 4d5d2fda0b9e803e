import type { EmbeddedEngine } from "../automation/stack";
import type { Progress } from "../lib/progress";
import type { DrillSetup } from "./setup";

/** What a drill runs with. */
export interface DrillPlan {
  engine: EmbeddedEngine;
  setup: DrillSetup;
  progress: Progress;
  signal: AbortSignal;
  /** Leave site B running. */
  keep: boolean;
  /** Seconds of writing before the disaster: longer than `archive_timeout`, so that there are rows to bring back. */
  writeSeconds: number;
  /** Most seconds that the recovery may take. */
  rtoObjectiveSeconds: number;
  /** Most seconds of acknowledged work that may be lost. */
  rpoObjectiveSeconds: number;
}
