import { Failure } from "../lib/failure";

/** A table as a person names it; without a schema it is looked for in each. */
export interface TableName {
  schema?: string;
  name: string;
}

/**
 * Reads the name of a table as SQL does: parts in double quotes as they are, two of them for one inside; others in lower case.
 * @throws Failure for what is no name
 */
export function parseTableName(text: string): TableName {
  const part = `(?:"((?:[^"]|"")+)"|([^".\\s]+))`;
  const match = new RegExp(`^(?:${part}\\.)?${part}$`, "su").exec(text);
  if (match === null)
    throw new Failure(
      `"${text}" is no name of a table`,
      `write it as in SQL: orders, shop.orders, or with quotes where it has capitals or blanks, as in '"Order Items"' or 'shop."Order Items"'`,
    );
  const [, quotedSchema, plainSchema, quotedName, plainName] = match;
  const schema = read(quotedSchema, plainSchema);
  return { ...(schema === undefined ? {} : { schema }), name: read(quotedName, plainName) ?? "" };
}

function read(quoted: string | undefined, plain: string | undefined): string | undefined {
  return quoted === undefined ? plain?.toLowerCase() : quoted.replaceAll('""', '"');
}

/** An identifier as SQL takes it, always in quotes. */
export function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

/** Schema and name as SQL takes them. */
export function qualified({ schema, name }: { schema: string; name: string }): string {
  return `${quoted(schema)}.${quoted(name)}`;
}

/** Schema and name for people: in quotes only where SQL needs them. */
export function shownTable({ schema, name }: { schema: string; name: string }): string {
  const shown = (part: string): string => (/^[a-z_][a-z0-9_$]*$/.test(part) ? part : quoted(part));
  return `${shown(schema)}.${shown(name)}`;
}

/** Whether a table is the one that is meant. */
export function isMeant({ schema, name }: TableName, table: { schema: string; name: string }): boolean {
  return name === table.name && (schema === undefined || schema === table.schema);
}
