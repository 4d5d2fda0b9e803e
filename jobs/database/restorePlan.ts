import type { ObjectStorage } from "../objectStorage";
import type { ApplicationRole } from "./applicationRole";
import type { Lineage } from "./lineage";
import type { Volume } from "./volume";

/** What a restore needs to know. */
export interface RestorePlan {
  volume: Volume;
  lineage: Extract<Lineage, { state: "committed" }>;
  generation: string;
  storage: ObjectStorage;
  role: ApplicationRole;
  /** Keys that may write to the repository, for the archiving that a promotion begins; none where the pod itself may. */
  archiver: { key: string; secret: string } | undefined;
  /** Buffers of the server that replays, as in "1024MB": what the pod's memory allows. */
  sharedBuffers: string;
  mayBeEmpty: readonly string[];
  /** Last segment before a hole in the archive: what lies beyond is given up. Empty for nothing. */
  acceptLossAfter: string;
}
