import type { Commit } from "./transactions";
import { databaseOf, type RelationFile } from "./walRecord";

/** Which commits may be moments that somebody looks for. */
export interface Search {
  /** From this moment on, up to that one; undefined for the end of what was read. */
  from: Date;
  to: Date | undefined;
  /** Rows of one table that a transaction deletes or changes, from which on it counts. */
  rows: number;
  /** Number of the database. */
  database: number;
}

/**
 * Whether a commit dropped the database or a file of it, or deleted and changed as many rows of one of its tables as count. Which table that
 * is, and whether it is one of a user's, the catalog tells later.
 */
export function isCandidate(commit: Commit, { from, to, rows, database }: Search): boolean {
  const at = Date.parse(commit.at);
  if (at < from.getTime() || (to !== undefined && at > to.getTime())) return false;
  return commit.databases.includes(database) || filesOf(commit, { rows, database }).length > 0;
}

/** Files of the database that a commit dropped, or of which it changed as many rows as count. */
export function filesOf(commit: Commit, search: Pick<Search, "rows" | "database">): RelationFile[] {
  return [...ofDatabase(commit.dropped, search.database), ...massChanged(commit, search)];
}

/** Files of which a commit deleted or changed as many rows as count, and that were there before. */
export function massChanged(
  { rows: changed, created }: Commit,
  { rows, database }: Pick<Search, "rows" | "database">,
): RelationFile[] {
  const enough = [...changed].filter(([, { deleted, updated }]) => deleted + updated >= rows);
  return ofDatabase(
    enough.map(([file]) => file).filter((file) => !created.has(file)),
    database,
  );
}

/** Those of a database. */
function ofDatabase(files: readonly RelationFile[], database: number): RelationFile[] {
  return files.filter((file) => databaseOf(file) === database);
}
