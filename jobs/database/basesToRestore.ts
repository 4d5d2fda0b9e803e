import { Failure } from "../../lib/failure";
import type { DataDirectory } from "./dataDirectory";
import { type Base, type BasesQuery, findBases } from "./databaseBackups";
import { PgBackRest } from "./pgbackrest";
import { decideRecovery } from "./recoveryDecision";
import type { Volume } from "./volume";

/** Where a recovery along a chain takes place. */
export interface BasesToRestoreQuery extends Omit<BasesQuery, "info"> {
  volume: Pick<Volume, "pgdata">;
  dataDirectory: Exclude<DataDirectory, { state: "valid" }>;
}

/**
 * The base backups that a recovery along a chain may begin with, newest first.
 * @throws Failure when the data directory is partial, or no backup leads to what is wanted, or nobody can tell
 */
export async function basesToRestore(
  { volume, dataDirectory, ...query }: BasesToRestoreQuery,
  log: (line: string) => void,
): Promise<[Base, ...Base[]]> {
  const backups = await findBases({
    ...query,
    info: infoOf(volume),
  });
  log(`backups along its chain: ${backups.state}`);
  const decision = decideRecovery({ dataDirectory, backups, permitInitialise: false });
  if (decision.action === "refuse") throw new Failure(decision.reason, decision.remedy);
  if (decision.action !== "restore") throw new Error(`decided to ${decision.action} where a lineage is`);
  return decision.bases;
}

/** Asks pgBackRest for what the repository of a generation holds. */
export function infoOf({ pgdata }: Pick<Volume, "pgdata">): BasesQuery["info"] {
  return (generation) => new PgBackRest(pgdata, generation).info();
}
