import type { Column } from "./tables";

/** How the columns of a table differ from those that it had. */
export interface ColumnDifferences {
  /** Columns that only the rescued table has, and those that only the living one has. */
  onlyThere: string[];
  onlyHere: string[];
  /** Columns of both, with another type. */
  retyped: { column: string; was: string; is: string }[];
}

/** Compares columns by their names. */
export function columnDifferences(there: readonly Column[], here: readonly Column[]): ColumnDifferences {
  const names = (columns: readonly Column[]): Set<string> => new Set(columns.map(({ name }) => name));
  const [those, these] = [names(there), names(here)];
  return {
    onlyThere: there.flatMap(({ name }) => (these.has(name) ? [] : [name])),
    onlyHere: here.flatMap(({ name }) => (those.has(name) ? [] : [name])),
    retyped: there.flatMap(({ name, type }) => {
      const is = here.find((column) => column.name === name)?.type;
      return is === undefined || is === type ? [] : [{ column: name, was: type, is }];
    }),
  };
}

const NUMBER = /^(smallint|integer|bigint|numeric(\(\d+,-?\d+\))?|real|double precision)$/;

/** Columns that were numbers, and are numbers of another type. */
export function retypedNumbers({ retyped }: Pick<ColumnDifferences, "retyped">): string[] {
  return retyped.flatMap(({ column, was, is }) => (NUMBER.test(was) && NUMBER.test(is) ? [column] : []));
}

/** Columns that both have. */
export function commonColumns(there: readonly Column[], here: readonly Column[]): string[] {
  return there.flatMap(({ name }) => (here.some((column) => column.name === name) ? [name] : []));
}
