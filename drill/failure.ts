/**
 * The message of a failure that came after others: the first one is the cause and stays in front, whatever fails while its
 * report is written and its remains are removed.
 * @param first message of the failures so far; undefined when there was none
 */
export function afterFailure(first: string | undefined, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return first === undefined ? message : `${first}\nafter that: ${message}`;
}
