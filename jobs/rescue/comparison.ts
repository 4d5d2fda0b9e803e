import { qualified, quoted } from "../tableName";
import type { Table } from "./tables";

/** Two tables with the same columns, as far as they are compared. */
export interface Compared {
  there: { schema: string; name: string };
  here: { schema: string; name: string };
  /** Columns that both have. */
  columns: readonly string[];
  /** Those of them that are numbers of one type there and of another one here: compared by their value, not by how it is written. */
  numbers: readonly string[];
  /** Columns of the primary key of both; empty where it is not the same, or there is none. */
  key: readonly string[];
}

/**
 * Query that counts rows that are only there, only here, in both and changed, in both and the same. By the key; without one by the whole
 * row, where a changed row is one that is only there and one that is only here. Values are compared as text: a type that has become a
 * larger one changes nothing, and there are types that know no equality. Only keys and sums are kept, not rows.
 */
export function comparisonQuery({ there, here, columns, numbers, key }: Compared): string {
  const valueOf = (name: string): string =>
    numbers.includes(name) ? `trim_scale(${quoted(name)}::numeric)::text` : `${quoted(name)}::text`;
  const sum = `hashtextextended(row(${columns.map(valueOf).join(", ")})::text, 0)`;
  if (key.length === 0)
    return `select coalesce(sum(greatest(coalesce(t.n, 0) - coalesce(h.n, 0), 0)), 0) as only_there,
  coalesce(sum(greatest(coalesce(h.n, 0) - coalesce(t.n, 0), 0)), 0) as only_here, null as changed,
  coalesce(sum(least(coalesce(t.n, 0), coalesce(h.n, 0))), 0) as same
from (select ${sum} as s, count(*) as n from ${qualified(there)} group by 1) t
  full join (select ${sum} as s, count(*) as n from ${qualified(here)} group by 1) h on t.s = h.s`;
  const keys = key.map((name, index) => `${valueOf(name)} as k${index}`).join(", ");
  const on = key.map((_, index) => `t.k${index} = h.k${index}`).join(" and ");
  return `select count(*) filter (where h.s is null) as only_there, count(*) filter (where t.s is null) as only_here,
  count(*) filter (where t.s <> h.s) as changed, count(*) filter (where t.s = h.s) as same
from (select ${keys}, ${sum} as s from ${qualified(there)}) t
  full join (select ${keys}, ${sum} as s from ${qualified(here)}) h on ${on}`;
}

/** Statements that a person can go on with. */
export interface Statements {
  /** Puts back what is only there; undefined where the living table is gone. */
  putBack: string | undefined;
  /** Removes the rescued table. */
  remove: string;
}

/** @param here the living table; undefined where it is gone */
export function statementsFor(
  there: Pick<Table, "schema" | "name" | "columns">,
  here: Pick<Table, "schema" | "name" | "columns"> | undefined,
): Statements {
  const remove = `drop table ${qualified(there)};`;
  const written = (here?.columns ?? []).flatMap((column) => {
    const source = there.columns.find(({ name }) => name === column.name);
    return source === undefined || column.generated
      ? []
      : [{ ...column, retyped: source.type !== column.type }];
  });
  if (here === undefined || written.length === 0) return { putBack: undefined, remove };
  const names = written.map(({ name }) => quoted(name)).join(", ");
  const values = written.map(({ name, type, retyped }) => `${quoted(name)}${retyped ? `::${type}` : ""}`);
  const forced = written.some(({ always }) => always) ? " overriding system value" : "";
  return {
    putBack: `insert into ${qualified(here)} (${names})${forced} select ${values.join(", ")} from ${qualified(there)} on conflict do nothing;`,
    remove,
  };
}
