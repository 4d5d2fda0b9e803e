/** A value in a message: as JSON, or "not set". */
export function shown(value: unknown): string {
  return value === undefined ? "not set" : JSON.stringify(value);
}
