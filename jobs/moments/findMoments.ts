import type { Client } from "pg";
import { parseLsn, parseSegment } from "../database/walPosition";
import { isMeant, shownTable, type TableName } from "../tableName";
import { filesOf, isCandidate, massChanged, type Search } from "./candidates";
import { type Catalog, isUsers, readCatalog, type Relation } from "./catalog";
import { countBefore, type RowsBefore } from "./countBefore";
import { type Fate, judge } from "./judge";
import { readArchive, type ArchiveReading } from "./readArchive";
import { type Commit, Transactions } from "./transactions";
import { databaseOf, type RelationFile } from "./walRecord";

/** Commits before which the copy is looked at, at most, the newest ones: each is a start of a server. */
const MOST_VISITS = 200;

/** What is looked for, and where. */
export interface MomentsPlan extends Pick<ArchiveReading, "scratch" | "fetch"> {
  /** Name of the database. */
  database: string;
  /** Position at which the base backup ended, and the segment with which it began. */
  base: { lsnStop: string; walStart: string };
  /** Name of the last segment that is read. */
  last: string;
  search: Omit<Search, "database"> & {
    /** Undefined for every table. */
    table: TableName | undefined;
  };
  /** Brings the copy to the record at a position, that one included, and looks at it there. Positions ascend from call to call. */
  visit: <T>(lsn: string, look: (client: Client) => Promise<T>) => Promise<T>;
}

/** A table, and what became of it. */
export interface MomentTable {
  /** As SQL takes its name; of one that no catalog has that was seen, its files. */
  table: string;
  fate: Fate | "database dropped";
  /** Just before; null where nobody can tell. An estimate where it is not counted. */
  rowsBefore: number | null;
  counted: boolean;
  inserted: number;
  updated: number;
  deleted: number;
}

/** A commit that somebody may be looking for. */
export interface Moment {
  /** Of the commit, by the server's clock; ISO with microseconds, in UTC. */
  at: string;
  transaction: number;
  /** What to go back to: with it everything is there but this commit and what came after. */
  target: string;
  tables: MomentTable[];
  /** The transaction began before what was read: it may have changed more. */
  begunBefore?: true;
}

/** What was found. */
export interface MomentsFound {
  /** Oldest first. */
  moments: Moment[];
  segments: number;
  commits: number;
  /** Commits of which it is not known what they did, because newer ones that must be looked at were too many. */
  passedOver: number;
}

/** A commit, and what the copy had before it. */
interface Seen {
  commit: Commit;
  catalog: Catalog;
  /** Empty where rows went one by one, which the log tells. */
  rowsBefore: ReadonlyMap<RelationFile, RowsBefore>;
}

/**
 * Looks in the archive for commits that dropped, emptied or changed tables. The log tells what happened to which files. Where files went,
 * a copy of the database is brought to just before the commit: there its catalog says which tables those are, and they can be counted.
 * @throws Failure where the archive cannot be read
 */
export async function findMoments(plan: MomentsPlan, log: (line: string) => void): Promise<MomentsFound> {
  const { base, visit } = plan;
  const { table } = plan.search;
  const first = await visit(base.lsnStop, (client) => readCatalog(client, base.lsnStop));
  const search: Search = { ...plan.search, database: first.database };
  const { candidates, commits, segments } = await readCommits(plan, search, log);
  const places = candidates.map((commit) => ({ commit, lsn: placeOf(commit, base.lsnStop) }));
  places.sort((one, other) => (parseLsn(one.lsn) < parseLsn(other.lsn) ? -1 : 1));
  const files = places.filter(({ commit }) => !goneByRows(commit, search)).map(({ commit }) => commit);
  const passedOver = new Set(files.slice(0, Math.max(0, files.length - MOST_VISITS)));
  const known = new Map(first.catalog.byFile);
  const catalogs = [first.catalog];
  const seen: Seen[] = [];
  for (const { commit, lsn } of places) {
    const newest = catalogs.at(-1) ?? first.catalog;
    const concern = concernOf(commit, search, table, known);
    if (concern === "none" || passedOver.has(commit)) continue;
    if (concern === "rows") {
      seen.push({ commit, catalog: newest, rowsBefore: new Map() });
      continue;
    }
    log(`looking at the database just before ${commit.at}`);
    // Several commits may share a place.
    const place = parseLsn(lsn) > parseLsn(newest.lsn) ? lsn : newest.lsn;
    const found = await visit(place, async (client) => {
      const { catalog } = await readCatalog(client, place);
      return { commit, catalog, rowsBefore: await countAll(client, commit, catalog, search, table) };
    });
    catalogs.push(found.catalog);
    for (const [file, relation] of found.catalog.byFile) known.set(file, relation);
    seen.push(found);
  }
  const last = await afterLast(plan, seen, catalogs, search.database);
  if (last !== undefined) catalogs.push(last);
  const moments = seen.flatMap((each) => momentOf(each, catalogs, search, plan) ?? []);
  moments.sort((one, other) => (one.at < other.at ? -1 : 1));
  return { moments, segments, commits, passedOver: passedOver.size };
}

async function readCommits(
  { base, last, scratch, fetch }: MomentsPlan,
  search: Search,
  log: (line: string) => void,
): Promise<{ candidates: Commit[]; commits: number; segments: number }> {
  const from = parseSegment(base.walStart)?.number ?? 0;
  const to = parseSegment(last)?.number ?? 0;
  const transactions = new Transactions();
  const candidates: Commit[] = [];
  let commits = 0;
  const total = to - from + 1;
  await readArchive({
    first: from,
    last: to,
    scratch,
    fetch,
    onRecord: (record) => {
      const commit = transactions.add(record);
      if (commit === undefined) return;
      commits += 1;
      if (isCandidate(commit, search)) candidates.push(commit);
    },
    onProgress: (segments) => {
      log(`read ${segments} of ${total} segments: ${commits} commits, ${candidates.length} to look at`);
    },
  });
  return { candidates, commits, segments: total };
}

/** Where the tables are as they were before a commit, and nobody has locked them. */
function placeOf({ before, beforeLock }: Commit, consistent: string): string {
  return beforeLock !== undefined && parseLsn(beforeLock) >= parseLsn(consistent) ? beforeLock : before;
}

/** Whether a commit did nothing but delete and update rows. */
function goneByRows({ dropped, databases }: Commit, { database }: Search): boolean {
  return !databases.includes(database) && dropped.every((file) => databaseOf(file) !== database);
}

/**
 * What of a commit concerns a table of a user, or the one that is looked for: nothing, rows alone, which the log tells; or files, which
 * the copy must be asked for. Files that are not known may be anything.
 */
function concernOf(
  commit: Commit,
  search: Search,
  table: TableName | undefined,
  known: ReadonlyMap<RelationFile, Relation>,
): "none" | "rows" | "files" {
  if (commit.databases.includes(search.database)) return "files";
  const isOne = (file: RelationFile): boolean => {
    const relation = known.get(file);
    return relation === undefined || (isUsers(relation) && isWanted(relation, table));
  };
  const changed = massChanged(commit, search).filter(isOne);
  const unknown = changed.some((file) => !known.has(file));
  if (unknown || filesOf(commit, search).some((file) => !changed.includes(file) && isOne(file)))
    return "files";
  return changed.length > 0 ? "rows" : "none";
}

function isWanted(relation: Relation, table: TableName | undefined): boolean {
  if (table === undefined || isMeant(table, relation)) return true;
  return relation.partitionOf !== undefined && isMeant(table, relation.partitionOf);
}

async function countAll(
  client: Client,
  commit: Commit,
  catalog: Catalog,
  search: Search,
  table: TableName | undefined,
): Promise<Map<RelationFile, RowsBefore>> {
  const counts = new Map<RelationFile, RowsBefore>();
  for (const file of new Set(filesOf(commit, search))) {
    const relation = catalog.byFile.get(file);
    if (relation !== undefined && isUsers(relation) && isWanted(relation, table))
      counts.set(file, await countBefore(client, relation));
  }
  return counts;
}

/** The catalog right after the last commit that dropped files: whether its tables are there tells what it was. */
async function afterLast(
  { visit }: MomentsPlan,
  seen: readonly Seen[],
  catalogs: readonly Catalog[],
  database: number,
): Promise<Catalog | undefined> {
  // Without the database nobody can look into it.
  const there = seen.filter(({ commit }) => !commit.databases.includes(database));
  const lsns = there.filter(({ rowsBefore }) => rowsBefore.size > 0).map(({ commit }) => commit.lsn);
  if (lsns.length === 0) return undefined;
  const place = furthest([...lsns, ...catalogs.map(({ lsn }) => lsn)]);
  return (await visit(place, (client) => readCatalog(client, place))).catalog;
}

function furthest(lsns: readonly string[]): string {
  return lsns.reduce((furthest, lsn) => (parseLsn(lsn) > parseLsn(furthest) ? lsn : furthest));
}

function momentOf(
  { commit, catalog, rowsBefore }: Seen,
  later: readonly Catalog[],
  search: Search,
  { database, search: { table } }: MomentsPlan,
): Moment | undefined {
  const gone: MomentTable[] = commit.databases.includes(search.database)
    ? [{ ...nothing, table: database, fate: "database dropped", rowsBefore: null, counted: false }]
    : [];
  const changed = judge(commit, catalog, later, search).flatMap((change): MomentTable[] => {
    const { relation, file, fate, rows } = change;
    if (relation !== undefined && !isWanted(relation, table)) return [];
    const before = rowsBefore.get(file);
    // Of an empty table nothing went but itself.
    if (before?.counted === true && before.rows === 0 && ["truncated", "rewritten"].includes(fate)) return [];
    const { rows: count, counted } = before ?? { rows: undefined, counted: false };
    return [{ ...rows, table: nameOf(relation, file), fate, rowsBefore: count ?? null, counted }];
  });
  const tables = [...gone, ...changed];
  if (tables.length === 0) return undefined;
  return {
    at: commit.at,
    transaction: commit.xid,
    target: `lsn:${commit.before}`,
    tables,
    ...(commit.begunBefore ? { begunBefore: true } : {}),
  };
}

const nothing = { inserted: 0, updated: 0, deleted: 0 };

function nameOf(relation: Relation | undefined, file: RelationFile): string {
  if (relation === undefined)
    return `a table with the files ${file}, which no catalog has that was looked at`;
  const part = relation.partitionOf === undefined ? "" : ` (part of ${shownTable(relation.partitionOf)})`;
  return `${shownTable(relation)}${part}`;
}
