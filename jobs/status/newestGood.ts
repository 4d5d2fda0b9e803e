/** What was found on the way to the newest ones that count. */
export interface Search<T> {
  /** Looked at, the newest first: as far as it took to find what was wanted. */
  seen: T[];
  /** Older ones were left, and fewer were found than wanted. */
  gaveUp: boolean;
}

/**
 * Looks at backups from the newest on, some at a time, until enough of them count.
 * @param names oldest first
 * @param limits.wanted so many that count are enough
 * @param limits.most so many are looked at. Where none of them counts, older ones are no comfort
 * @param limits.atOnce looked at at the same time
 */
export async function newestGood<T>(
  names: readonly string[],
  limits: { wanted: number; most: number; atOnce: number },
  look: (name: string) => Promise<T>,
  counts: (found: T) => boolean,
): Promise<Search<T>> {
  const newestFirst = [...names].reverse();
  const seen: T[] = [];
  while (seen.length < Math.min(newestFirst.length, limits.most)) {
    const next = newestFirst.slice(seen.length, Math.min(seen.length + limits.atOnce, limits.most));
    seen.push(...(await Promise.all(next.map(look))));
    if (seen.filter(counts).length >= limits.wanted) return { seen, gaveUp: false };
  }
  return { seen, gaveUp: newestFirst.length > seen.length };
}
