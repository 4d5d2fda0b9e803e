import { parseLsn } from "../database/walPosition";
import { type Catalog, isUsers, type Relation } from "./catalog";
import { massChanged } from "./candidates";
import type { Commit, RowCounts } from "./transactions";
import type { RelationFile } from "./walRecord";

/**
 * What became of a table.
 * - `dropped`: it is not there any more
 * - `truncated`: its rows went, at once
 * - `rewritten`: it got new files with rows in them: an ALTER TABLE that rewrites, or a TRUNCATE that was filled again
 * - `unclear`: its files went, and which of these it was could not be seen
 * - `changed`: its rows were deleted or updated one by one
 */
export type Fate = "dropped" | "truncated" | "rewritten" | "unclear" | "changed";

/** A table that a commit has changed. */
export interface TableChange {
  fate: Fate;
  /** Undefined where no catalog that was seen has it; then only its files are known. */
  relation: Relation | undefined;
  file: RelationFile;
  /** Rows by what happened to them; of rewritten ones those of the new files. */
  rows: RowCounts;
}

const none: RowCounts = { inserted: 0, updated: 0, deleted: 0 };

/**
 * What a commit did to tables of users.
 * @param before catalog of before the commit
 * @param later catalogs of after it, oldest first
 * @param rows that a transaction must have deleted or updated in a table to count
 */
export function judge(
  commit: Commit,
  before: Catalog,
  later: readonly Catalog[],
  { rows, database }: { rows: number; database: number },
): TableChange[] {
  const after = later.find(({ lsn }) => parseLsn(lsn) >= parseLsn(commit.lsn));
  const gone = commit.dropped.flatMap((file): TableChange[] => {
    const relation = before.byFile.get(file);
    if (relation === undefined || !isUsers(relation)) return [];
    const change = fateOf(commit, relation, after);
    return change === undefined ? [] : [{ ...change, relation, file }];
  });
  const changed = massChanged(commit, { rows, database }).flatMap((file): TableChange[] => {
    const relation = before.byFile.get(file);
    if (relation !== undefined && !isUsers(relation)) return [];
    if (gone.some((change) => change.file === file)) return [];
    return [{ fate: "changed", relation, file, rows: commit.rows.get(file) ?? none }];
  });
  return [...gone, ...changed];
}

/** @returns undefined where no row is lost: VACUUM FULL and CLUSTER copy whole pages, and a view that is filled anew is no loss */
function fateOf(
  commit: Commit,
  relation: Relation,
  after: Catalog | undefined,
): Pick<TableChange, "fate" | "rows"> | undefined {
  if (after === undefined) return { fate: "unclear", rows: none };
  const survivor = after.byId.get(relation.id);
  if (survivor === undefined) return { fate: "dropped", rows: none };
  if (relation.kind === "m") return undefined;
  const { file } = survivor;
  // It got new files once more in the meantime: which were those of this commit is not known.
  if (file === undefined || !commit.created.has(file)) return { fate: "unclear", rows: none };
  const inserted = commit.rows.get(file)?.inserted ?? 0;
  if (inserted > 0) return { fate: "rewritten", rows: { ...none, inserted } };
  return commit.pages.has(file) ? undefined : { fate: "truncated", rows: none };
}
