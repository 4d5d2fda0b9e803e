/** What the rules find wrong, each a check of one argument that components hold to the same rule. */
export function collect(...checks: (() => void)[]): string[] {
  return checks.flatMap((check) => {
    try {
      check();
      return [];
    } catch (error) {
      return [(error as Error).message];
    }
  });
}
