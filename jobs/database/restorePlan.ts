import type { Client } from "pg";
import type { ObjectStorage } from "../objectStorage";
import type { Chain } from "../lineage/chain";
import type { ApplicationRole } from "./applicationRole";
import type { CollationDifference } from "./collationProblem";
import type { CommittedRecord } from "./committedRecord";
import type { KeptDatabase } from "./keptDatabase";
import type { PassedOver } from "./damagedBase";
import type { Base } from "./databaseBackups";
import type { ArchiverKey } from "./newRepository";
import type { Succession } from "./succession";
import type { WantedTarget } from "./targetChoice";
import type { Volume } from "./volume";

/** A copy of the database that takes writes, and is thrown away. */
export interface PromotedCopy {
  /** Connection to the application's database, as superuser. */
  client: Client;
  connect: (database: string) => Promise<Client>;
  /** Directory of its socket. */
  socket: string;
}

/** What a restore needs to know. */
export interface RestorePlan {
  volume: Volume;
  /** The generations that lead to the head, and what of each counts. */
  chain: Chain;
  base: Base;
  /** Newer base backups that could not be fetched. @default none */
  passedOver?: readonly PassedOver[];
  /** What was noted when the base backup was taken; absent when it was never committed. */
  record: CommittedRecord | undefined;
  /** Collations that this image sorts by otherwise than the record says, which was accepted: indexes are rebuilt. */
  differences: readonly CollationDifference[];
  /** Collation versions that an operator accepts, as in "icu:153.128,libc:2.41"; empty for none. */
  acceptCollations: string;
  /** History files of all timelines that are known, by name: those of dead branches keep their numbers taken. */
  histories: ReadonlyMap<string, string>;
  /** How this life takes over; absent for a rehearsal, which claims and archives nothing. */
  succession: Succession | undefined;
  /** The database that is in the place, and is kept: of a restore in place alone. @default the place is empty */
  former?: KeptDatabase | undefined;
  /**
   * What is done in a copy that claims nothing, once it is inspected: it is promoted for that, by itself, and archives nothing.
   * @default it stays a standby, and is only read
   */
  inCopy?: ((copy: PromotedCopy) => Promise<void>) | undefined;
  /** What asked for a restore in place. */
  operation?: string | undefined;
  storage: ObjectStorage;
  /** Name of the application's database. */
  database: string;
  /** Role that gets the password in force; undefined for a rehearsal, which changes nothing. */
  role: ApplicationRole | undefined;
  /** Keys that may write to the repository, for the archiving that a promotion begins; none where the pod itself may. */
  archiver: ArchiverKey | undefined;
  /** Buffers of the server that replays, as in "1024MB": what the pod's memory allows. */
  sharedBuffers: string;
  mayBeEmpty: readonly string[];
  archiveTimeoutSeconds: number;
  maxDataAgeSeconds: number;
  acceptDataAge: number;
  /** Where to stop; undefined for the end of the archive. */
  wanted?: WantedTarget | undefined;
  /** Days of recovery to any second. */
  windowDays: number;
  /** Last segment before a hole in the archive: what lies beyond is given up. Empty for nothing. */
  acceptLossAfter: string;
}

/**
 * Whether the age of the data says nothing: a target lies in the past, and a database that is replaced in place has archived all that it
 * had before, however long ago it was damaged.
 */
export function isOldOnPurpose({ wanted, former }: Pick<RestorePlan, "wanted" | "former">): boolean {
  return wanted !== undefined || former !== undefined;
}
