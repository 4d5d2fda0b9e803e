const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** Bytes for people: `23.4 MiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? String(value) : value.toFixed(1)} ${UNITS[unit] ?? ""}`;
}

/** Seconds since a time of `Date.now()`, to a tenth. */
export function secondsSince(start: number): number {
  return Math.round((Date.now() - start) / 100) / 10;
}
