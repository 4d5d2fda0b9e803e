const units = [
  { name: "d", seconds: 86400 },
  { name: "h", seconds: 3600 },
  { name: "min", seconds: 60 },
  { name: "s", seconds: 1 },
] as const;

/** Seconds for people, as in `1 d 2 h` or `90 min` written `1 h 30 min`. */
export function formatDuration(seconds: number): string {
  let rest = Math.round(seconds);
  const parts = units.flatMap(({ name, seconds: size }) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? [] : [`${count} ${name}`];
  });
  return parts.length === 0 ? "0 s" : parts.join(" ");
}
