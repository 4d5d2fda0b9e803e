import { escapeLiteral } from "pg";
import { qualified, quoted } from "../tableName";
import type { Column } from "./tables";

/** A table that is copied, and what it becomes. */
export interface ImportPlan {
  /** Where it goes. */
  into: { schema: string; name: string };
  /** Columns with the types that they get there. */
  columns: readonly Pick<Column, "name" | "type" | "collation" | "notNull">[];
  key: readonly string[];
  /** Rows that must have arrived. */
  rows: number;
  /** What the table in its new place says of itself. */
  comment: string;
}

/**
 * What psql is told before the rows. The new table hangs on no other object but types: it takes no lock on another table, and neither
 * keeps one from being changed later.
 */
export function scriptBefore({ into, columns }: ImportPlan): string {
  const definitions = columns.map(
    ({ name, type, collation, notNull }) =>
      `  ${quoted(name)} ${type}${collation === undefined ? "" : ` collate ${collation}`}${notNull ? " not null" : ""}`,
  );
  return `begin;
set local statement_timeout = 0;
set local lock_timeout = '10s';
create schema if not exists ${quoted(into.schema)};
create table ${qualified(into)} (
${definitions.join(",\n")}
);
copy ${qualified(into)} (${namesOf(columns)}) from stdin;
`;
}

/** What it is told after them: nothing of it is there unless every row has arrived. */
export function scriptAfter({ into, key, rows, comment }: ImportPlan): string {
  return `\\.
do $check$
declare
  arrived bigint := (select count(*) from ${qualified(into)});
begin
  if arrived <> ${rows} then
    raise exception '% rows have arrived, not ${rows}', arrived;
  end if;
end
$check$;
${key.length === 0 ? "" : `alter table ${qualified(into)} add primary key (${key.map(quoted).join(", ")});\n`}comment on table ${qualified(into)} is ${escapeLiteral(comment)};
commit;
analyze ${qualified(into)};
`;
}

/** The rows of a table, as psql hands them on. */
export function copyOut(
  from: { schema: string; name: string },
  columns: readonly { name: string }[],
): string {
  return `copy (select ${namesOf(columns)} from ${qualified(from)}) to stdout`;
}

function namesOf(columns: readonly { name: string }[]): string {
  return columns.map(({ name }) => quoted(name)).join(", ");
}
