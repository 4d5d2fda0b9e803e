/** What a record of the log did to rows. */
export type RowChange = "inserted" | "updated" | "deleted";

/** Files of a relation: `tablespace/database/number`, the default tablespace as 1663. */
export type RelationFile = string;

/** A record of the log, as far as it tells what became of tables. */
export type WalRecord = {
  /** Transaction that wrote it, or that it speaks of; 0 for none. */
  xid: number;
  /** Where it begins, and where the record before it does. */
  lsn: string;
  prev: string;
} & (
  | { kind: "rows"; change: RowChange; rows: number; file: RelationFile }
  /** A whole page, written as it is. */
  | { kind: "page"; file: RelationFile }
  /** A file began. */
  | { kind: "created"; file: RelationFile }
  /** Relations are locked against reading, by these transactions. */
  | { kind: "locked"; transactions: number[] }
  | { kind: "commit"; at: string; dropped: RelationFile[]; subtransactions: number[] }
  | { kind: "abort"; subtransactions: number[] }
  /** Transactions that were under way; subtransactions are not told. */
  | { kind: "running"; transactions: number[] }
  | { kind: "database dropped"; database: number }
);

/** Resource managers whose records are read here: names of `pg_waldump --rmgr`. */
export const readManagers = ["Transaction", "Heap", "Heap2", "Storage", "Standby", "XLOG", "Database"];

const HEAD =
  /^rmgr: (\w+)[^,]+, tx: +(\d+), lsn: ([0-9A-F]+\/[0-9A-F]+), prev ([0-9A-F]+\/[0-9A-F]+), desc: ([A-Z_]+)(?:\+INIT)? ?(.*)$/;

const changes: Partial<Record<string, RowChange>> = {
  INSERT: "inserted",
  MULTI_INSERT: "inserted",
  UPDATE: "updated",
  HOT_UPDATE: "updated",
  DELETE: "deleted",
};

/**
 * Reads one line of pg_waldump.
 * @returns undefined for a record that tells nothing of tables, and for a line that is none
 * @see the `*desc.c` files in src/backend/access/rmgrdesc of PostgreSQL; the tests hold output of versions 15, 17 and 18
 */
export function parseWalRecord(line: string): WalRecord | undefined {
  const [, manager, tx, lsn, prev, operation, rest] = HEAD.exec(line) ?? [];
  if (lsn === undefined || prev === undefined || operation === undefined || rest === undefined)
    return undefined;
  const head = { xid: Number(tx), lsn, prev };
  switch (manager) {
    case "Heap":
    case "Heap2": {
      const change = changes[operation];
      const file = blockFile(rest);
      if (change === undefined || file === undefined) return undefined;
      // "MULTI_INSERT 61 tuples" up to 15, "MULTI_INSERT ntuples: 61" since.
      const rows = operation === "MULTI_INSERT" ? Number(/(?:ntuples: )?(\d+)/.exec(rest)?.[1]) : 1;
      return { ...head, kind: "rows", change, rows, file };
    }
    case "XLOG": {
      const file = operation === "FPI" ? blockFile(rest) : undefined;
      return file === undefined ? undefined : { ...head, kind: "page", file };
    }
    case "Storage": {
      const file = operation === "CREATE" ? pathFile(rest) : undefined;
      return file === undefined ? undefined : { ...head, kind: "created", file };
    }
    case "Standby": {
      if (operation === "LOCK") {
        // A checkpoint tells all that are held, without a transaction of its own.
        const transactions = [...rest.matchAll(/xid (\d+) db \d+ rel \d+/g)].map(([, xid]) => Number(xid));
        return { ...head, kind: "locked", transactions };
      }
      if (operation !== "RUNNING_XACTS") return undefined;
      return { ...head, kind: "running", transactions: numbers(/; \d+ xacts:((?: \d+)+)/.exec(rest)?.[1]) };
    }
    case "Database":
      return operation === "DROP"
        ? { ...head, kind: "database dropped", database: Number(/^dir \d+\/(\d+)/.exec(rest)?.[1]) }
        : undefined;
    case "Transaction":
      return transactionEnd(head, operation, rest);
    default:
      return undefined;
  }
}

function transactionEnd(
  head: { xid: number; lsn: string; prev: string },
  operation: string,
  rest: string,
): WalRecord | undefined {
  const subtransactions = numbers(/; subxacts:((?: \d+)+)/.exec(rest)?.[1]);
  // A prepared one is ended by another process, and named: "COMMIT_PREPARED 737: 2026-…".
  const xid = /_PREPARED$/.test(operation) ? Number(/^(\d+):/.exec(rest)?.[1]) : head.xid;
  if (/^ABORT(_PREPARED)?$/.test(operation)) return { ...head, xid, kind: "abort", subtransactions };
  if (!/^COMMIT(_PREPARED)?$/.test(operation)) return undefined;
  const [, day, time] = /(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d+)?) UTC/.exec(rest) ?? [];
  if (day === undefined || time === undefined) return undefined;
  const paths = /; rels:((?: [^ ;]+)+)/.exec(rest)?.[1]?.trim().split(" ") ?? [];
  return {
    ...head,
    xid,
    kind: "commit",
    at: `${day}T${time}Z`,
    dropped: paths.flatMap((path) => pathFile(path) ?? []),
    subtransactions,
  };
}

function numbers(text: string | undefined): number[] {
  return text === undefined ? [] : text.trim().split(" ").map(Number);
}

/** The relation that a record speaks of: "blkref #0: rel 1663/16384/2610 blk 1", or "… fork vm blk 0", which is not its rows. */
function blockFile(rest: string): RelationFile | undefined {
  const at = rest.indexOf("blkref #0: rel ");
  return at === -1 ? undefined : /^(\d+\/\d+\/\d+) blk /.exec(rest.slice(at + 15))?.[1];
}

/**
 * The files at a path of the data directory; undefined for those of another kind: of temporary tables, of other forks, and of catalogs
 * that all databases share.
 */
export function pathFile(path: string): RelationFile | undefined {
  const [, inDefault] = /^base\/(\d+\/\d+)$/.exec(path) ?? [];
  if (inDefault !== undefined) return `1663/${inDefault}`;
  const [, tablespace, file] = /^pg_tblspc\/(\d+)\/[^/]+\/(\d+\/\d+)$/.exec(path) ?? [];
  return tablespace === undefined || file === undefined ? undefined : `${tablespace}/${file}`;
}

/** The database that files belong to, by its number. */
export function databaseOf(file: RelationFile): number {
  return Number(file.split("/")[1]);
}
