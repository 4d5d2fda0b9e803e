import { planExpiry } from "../../../../../jobs/database/expiryPlan";
import { knownHistories } from "../../../../../jobs/database/knownHistories";
import { type Chain, chainOf, countsInChain, inChain } from "../../../../../jobs/lineage/chain";
import { planCollection } from "../../../../../jobs/lineage/collection";
import { fenceOf } from "../../../../../jobs/lineage/fence";
import { readLineage } from "../../../../../jobs/lineage/readLineage";
import { decideInitialise, decideTakeOver } from "../../../../../jobs/lineage/takeOver";
import { walTable } from "../../../../../jobs/lineage/walTable";
import { newestTimeline } from "./postgres";

/** All that decides in a game: the rules as they are, or with one of them broken. */
export interface Rules {
  readLineage: typeof readLineage;
  chainOf: typeof chainOf;
  inChain: typeof inChain;
  countsInChain: typeof countsInChain;
  walTable: typeof walTable;
  decideTakeOver: typeof decideTakeOver;
  decideInitialise: typeof decideInitialise;
  fenceOf: typeof fenceOf;
  knownHistories: typeof knownHistories;
  planCollection: typeof planCollection;
  planExpiry: typeof planExpiry;
  /** What recovery_target_timeline is. */
  targetTimeline: (chain: Chain, histories: ReadonlyMap<string, string>) => number;
  /** What a promotion calls the timeline that it begins. */
  nextTimeline: (target: number, histories: ReadonlyMap<string, string>) => number;
  /** The archive is read once more after the claim. */
  rereadsTail: boolean;
  /** Nothing is opened before its first segment is archived. */
  waitsForSegment: boolean;
  /** A backup looks at the fence again before it commits. */
  fencesBackups: boolean;
  /** The records are read once more after the claim. */
  rereadsClaim: boolean;
  /** A target must lie in the window still after the claim. */
  staysInWindow: boolean;
  /** No backup ends while an expiry is under way. */
  expiresAlone: boolean;
}

/** The rules of the product. */
export const rules: Rules = {
  readLineage,
  chainOf,
  inChain,
  countsInChain,
  walTable,
  decideTakeOver,
  decideInitialise,
  fenceOf,
  knownHistories,
  planCollection,
  planExpiry,
  targetTimeline: ({ timeline }) => timeline,
  nextTimeline: (target, histories) => newestTimeline(target, histories) + 1,
  rereadsTail: true,
  waitsForSegment: true,
  fencesBackups: true,
  rereadsClaim: true,
  staysInWindow: true,
  expiresAlone: true,
};
