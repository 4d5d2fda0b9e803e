/** What a search for moments says of itself. Anything may be missing. */
export interface SearchResult {
  action?: string;
  from?: string;
  to?: string | null;
  generation?: number;
  segments?: number;
  commits?: number;
  passedOver?: number;
}

/** A moment that was found. Anything may be missing. */
export interface MomentResult {
  at?: string;
  transaction?: number;
  target?: string;
  tables?: TableResult[];
  begunBefore?: boolean;
}

interface TableResult {
  table?: string;
  fate?: string;
  rowsBefore?: number | null;
  counted?: boolean;
  inserted?: number;
  updated?: number;
  deleted?: number;
}

/** What was found, oldest first, for a person who looks for one of them. */
export function describeMoments(
  search: SearchResult | undefined,
  moments: readonly MomentResult[],
  stack: string,
): string {
  if (search?.action !== "searched")
    return "what was found is not known: the search ended well and told no result; run it again\n";
  const looked = `looked at: ${search.commits ?? "?"} commits of generation ${search.generation ?? "?"}, from ${search.from ?? "?"} to ${search.to ?? "the end of what is archived"}; what was written since is not archived yet\n`;
  const passed =
    (search.passedOver ?? 0) === 0
      ? ""
      : `not looked at: ${search.passedOver ?? "?"} older commits that dropped or rewrote something; narrow it with --from, --to or --table\n`;
  if (moments.length === 0)
    return `nothing was dropped, emptied or changed by as many rows as count\n${passed}${looked}`;
  const option = stack === "local" ? "" : ` --stack ${stack}`;
  return `${moments.map(momentText).join("")}${passed}${looked}
to look at one table as it was:  npm run rescue --${option} TABLE --to TARGET
to take the whole database back: npm run restore --${option} database --to TARGET
`;
}

function momentText({ at, transaction, target, tables = [], begunBefore }: MomentResult): string {
  const lines = tables.map((table) => `    ${tableText(table)}\n`).join("");
  const more = begunBefore === true ? "    it began before what was looked at, and may have done more\n" : "";
  return `${at ?? "unknown time"}  transaction ${transaction ?? "?"}  just before it: ${target ?? "unknown"}\n${lines}${more}`;
}

function tableText({ table = "unknown table", fate, rowsBefore, counted, ...rows }: TableResult): string {
  const { inserted = 0, updated = 0, deleted = 0 } = rows;
  const had =
    rowsBefore === null || rowsBefore === undefined
      ? ""
      : counted === true
        ? ` (had ${rowsOf(rowsBefore)})`
        : ` (had about ${rowsOf(rowsBefore)})`;
  switch (fate) {
    case "dropped":
      return `${table}: dropped${had}`;
    case "database dropped":
      return `the database ${table}: dropped, with all its tables`;
    case "truncated":
      return `${table}: truncated${had}`;
    case "rewritten":
      return `${table}: emptied and filled again, or rewritten by an ALTER TABLE${had}: ${rowsOf(inserted)} written`;
    case "changed": {
      const parts = [
        ...(deleted > 0 ? [`${rowsOf(deleted)} deleted`] : []),
        ...(updated > 0 ? [`${rowsOf(updated)} updated`] : []),
        ...(inserted > 0 ? [`${rowsOf(inserted)} inserted`] : []),
      ];
      return `${table}: ${parts.join(", ")}`;
    }
    default:
      return `${table}: dropped, truncated or rewritten; which of these was not seen${had}`;
  }
}

function rowsOf(count: number): string {
  return `${count} ${count === 1 ? "row" : "rows"}`;
}
