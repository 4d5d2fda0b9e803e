/** What a rescue says of itself. Anything may be missing. */
export interface RescueResult {
  action?: string;
  table?: string;
  into?: string;
  target?: string;
  label?: string;
  generation?: number;
  lastCommit?: string | null;
  firstCommitAfter?: string | null;
  rows?: number;
  asText?: string[];
  columns?: {
    onlyThere?: string[];
    onlyHere?: string[];
    retyped?: { column?: string; was?: string; is?: string }[];
  } | null;
  comparison?: {
    by?: string;
    onlyThere?: number;
    onlyHere?: number;
    changed?: number | null;
    same?: number;
    notCompared?: string;
  };
  putBack?: string;
  remove?: string;
}

const unknown = "unknown";

/** What was brought back, how it differs from what is served, and what can be done with it. */
export function describeRescue(result: RescueResult | undefined): string {
  if (result?.action !== "rescued")
    return "what was rescued is not known: the Job ended well and told no result; look for a schema rescued_… in the database\n";
  const { table = unknown, into = unknown, target = unknown, rows, asText = [] } = result;
  const text =
    asText.length === 0
      ? ""
      : `as text, because their type is not there any more or does not take every value: ${asText.join(", ")}\n`;
  const next =
    result.putBack === undefined
      ? `to make the table as it was: the comment on it holds its definition (select obj_description('${literal(into)}'::regclass))\n`
      : `to put back what is missing:  ${result.putBack}\n`;
  return `${table} as it was at ${target} is in ${into}, with ${rows ?? unknown} rows; nothing else was changed
the last commit that it has is of ${result.lastCommit ?? unknown}, the first one that it has not of ${result.firstCommitAfter ?? unknown} (base backup ${result.label ?? unknown}, generation ${result.generation ?? unknown})
${columnsText(result)}${text}${rowsText(result)}${next}to remove it again:            ${result.remove ?? unknown}
`;
}

function literal(name: string): string {
  return name.replaceAll("'", "''");
}

function columnsText({ columns }: RescueResult): string {
  if (columns === undefined) return "how its columns differ is not known\n";
  if (columns === null) return "there is no such table now\n";
  const { onlyThere = [], onlyHere = [], retyped = [] } = columns;
  const parts = [
    ...(onlyThere.length > 0 ? [`only then: ${onlyThere.join(", ")}`] : []),
    ...(onlyHere.length > 0 ? [`only now: ${onlyHere.join(", ")}`] : []),
    ...retyped.map(
      ({ column, was, is }) => `${column ?? unknown} was ${was ?? unknown}, is ${is ?? unknown}`,
    ),
  ];
  return parts.length === 0
    ? ""
    : `columns have changed since: ${parts.join("; ")}; rows are compared by what both have\n`;
}

function rowsText({ comparison, columns }: RescueResult): string {
  if (comparison === undefined) return "how its rows differ is not known\n";
  if (comparison.notCompared !== undefined) return `rows were not compared: ${comparison.notCompared}\n`;
  const { by = unknown, onlyThere, onlyHere, changed, same } = comparison;
  const count = (value: number | undefined): string => String(value ?? unknown);
  const changes = changed === null ? "" : `, ${count(changed)} changed`;
  const how = columns === null ? "" : ` (by ${by})`;
  return `rows: ${count(onlyThere)} only then, ${count(onlyHere)} only now${changes}, ${count(same)} the same${how}\n`;
}
