import { formatBytes } from "../lib/format";

/** Stands wherever a figure is not known. Never 0. */
export const NOT_MEASURED = "not measured";

/** Seconds for people: `0.42 s`, `12.3 s`, `4 min`, `3 min 12 s`, `1 h 04 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds === 0) return "0 s";
  if (seconds < 9.995) return `${Number(seconds.toFixed(2))} s`;
  if (seconds < 59.95) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min${whole % 60 === 0 ? "" : ` ${two(whole % 60)} s`}`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h${minutes % 60 === 0 ? "" : ` ${two(minutes % 60)} min`}`;
}

/** A figure, or that there is none. */
export function orNotMeasured<T>(value: T | undefined, format: (value: T) => string): string {
  return value === undefined ? NOT_MEASURED : format(value);
}

/** `31.2 MiB/s`. */
export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}

/** Whole numbers with thin groups: `214,300`. */
export function formatCount(count: number): string {
  return count.toLocaleString("en-US");
}

/** `2026-11-24 10:15:02 UTC`. */
export function formatTime(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

/** `10:15:02.341`. */
export function formatClock(iso: string): string {
  return iso.slice(11, 23);
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
