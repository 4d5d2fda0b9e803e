/** Does `action` for each item, at most `limit` at a time. The first failure ends it, once those under way are done. */
export async function concurrently<T>(
  limit: number,
  items: readonly T[],
  action: (item: T) => Promise<void>,
): Promise<void> {
  const rest = [...items];
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (let item = rest.shift(); item !== undefined && failures.length === 0; item = rest.shift())
      try {
        await action(item);
      } catch (error) {
        failures.push(error);
      }
  };
  await Promise.all(Array.from({ length: limit }, worker));
  if (failures.length > 0) throw failures[0];
}
