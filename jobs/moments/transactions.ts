import { parseLsn } from "../database/walPosition";
import type { RelationFile, RowChange, WalRecord } from "./walRecord";

/** Rows of one relation that a transaction changed. */
export type RowCounts = Record<RowChange, number>;

/** A transaction that was committed, with what it did to the files of tables. */
export interface Commit {
  xid: number;
  /** When, by the server's clock; ISO with microseconds, in UTC. */
  at: string;
  /** Where the commit begins. */
  lsn: string;
  /** Where the record before it begins: a recovery that stops after that one has everything but this transaction. */
  before: string;
  /** Where the record begins before the first lock that it took against reading; absent where it took none. */
  beforeLock?: string;
  rows: ReadonlyMap<RelationFile, RowCounts>;
  /** Files that went with it, and files that began in it. */
  dropped: readonly RelationFile[];
  created: ReadonlySet<RelationFile>;
  /** Files into which it wrote whole pages. */
  pages: ReadonlySet<RelationFile>;
  /** Numbers of databases that it dropped. */
  databases: readonly number[];
  /** It was under way when the reading began: it may have done more. */
  begunBefore: boolean;
}

interface Work {
  rows: Map<RelationFile, RowCounts>;
  created: Set<RelationFile>;
  pages: Set<RelationFile>;
  databases: number[];
  beforeLock?: string;
}

/** Puts the records of the log together to transactions. */
export class Transactions {
  /** What each transaction, or part of one, has done that has not ended. */
  private readonly open = new Map<number, Work>();
  private begunBefore: ReadonlySet<number> | undefined;

  /** Takes the next record. @returns the transaction that it commits */
  add(record: WalRecord): Commit | undefined {
    switch (record.kind) {
      case "rows": {
        const { rows } = this.workOf(record.xid);
        const counts = rows.get(record.file) ?? { inserted: 0, updated: 0, deleted: 0 };
        counts[record.change] += record.rows;
        rows.set(record.file, counts);
        return undefined;
      }
      case "page":
        this.workOf(record.xid).pages.add(record.file);
        return undefined;
      case "created":
        this.workOf(record.xid).created.add(record.file);
        return undefined;
      case "locked":
        for (const xid of record.transactions) this.workOf(xid).beforeLock ??= record.prev;
        return undefined;
      case "running":
        this.begunBefore ??= new Set(record.transactions);
        return undefined;
      case "abort":
        for (const xid of [record.xid, ...record.subtransactions]) this.open.delete(xid);
        return undefined;
      case "commit":
        return this.end(record);
      case "database dropped":
        this.workOf(record.xid).databases.push(record.database);
        return undefined;
    }
  }

  private workOf(xid: number): Work {
    const known = this.open.get(xid);
    if (known !== undefined) return known;
    const work: Work = { rows: new Map(), created: new Set(), pages: new Set(), databases: [] };
    // What belongs to no transaction is never asked for.
    if (xid !== 0) this.open.set(xid, work);
    return work;
  }

  private end(record: WalRecord & { kind: "commit" }): Commit {
    const parts = [record.xid, ...record.subtransactions].flatMap((xid) => {
      const work = this.open.get(xid);
      this.open.delete(xid);
      return work ?? [];
    });
    const beforeLock = parts
      .flatMap((part) => part.beforeLock ?? [])
      .sort((one, other) => (parseLsn(one) < parseLsn(other) ? -1 : 1))[0];
    return {
      xid: record.xid,
      at: record.at,
      lsn: record.lsn,
      before: record.prev,
      ...(beforeLock === undefined ? {} : { beforeLock }),
      rows: sumOf(parts.map(({ rows }) => rows)),
      dropped: record.dropped,
      created: new Set(parts.flatMap(({ created }) => [...created])),
      pages: new Set(parts.flatMap(({ pages }) => [...pages])),
      databases: parts.flatMap(({ databases }) => databases),
      begunBefore: this.begunBefore?.has(record.xid) ?? true,
    };
  }
}

function sumOf(parts: readonly ReadonlyMap<RelationFile, RowCounts>[]): Map<RelationFile, RowCounts> {
  const sum = new Map<RelationFile, RowCounts>();
  for (const part of parts)
    for (const [file, { inserted, updated, deleted }] of part) {
      const before = sum.get(file) ?? { inserted: 0, updated: 0, deleted: 0 };
      sum.set(file, {
        inserted: before.inserted + inserted,
        updated: before.updated + updated,
        deleted: before.deleted + deleted,
      });
    }
  return sum;
}
