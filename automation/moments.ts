import { jobNames } from "../plan/names";
import type { Kubectl } from "./kubectl";
import { runThrowAway } from "./runThrowAway";

const limitSeconds = 12 * 3600;

/** What is looked for; an empty text where nothing is said. */
export interface MomentsRequest {
  table: string;
  from: string;
  to: string;
  rows: string;
}

/**
 * Looks for moments in the archive of a living platform, which goes on meanwhile.
 * @returns what the command says of its search, and each moment
 * @throws Error with the command's own sentence
 */
export async function findMoments(
  kubectl: Kubectl,
  { table, from, to, rows }: MomentsRequest,
  detail: (text: string) => void,
): Promise<{ search: unknown; moments: unknown[] }> {
  const environment = Object.entries({ TABLE: table, FROM: from, TO: to, ROWS: rows }).flatMap(
    ([name, value]) => (value === "" ? [] : [{ name, value }]),
  );
  const { result, lines } = await runThrowAway(
    kubectl,
    { name: jobNames.moments, command: [jobNames.moments], environment, limitSeconds },
    detail,
  );
  const mark = "MOMENT ";
  const moments = lines.flatMap((line) =>
    line.startsWith(mark) ? [JSON.parse(line.slice(mark.length)) as unknown] : [],
  );
  return { search: result, moments };
}
