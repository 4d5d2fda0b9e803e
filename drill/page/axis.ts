import { html, type Markup } from "./markup";

/** A stretch of time that is drawn from left to right; milliseconds since 1970. */
export interface Axis {
  from: number;
  to: number;
  /** Time of the tick 0. @default `from` */
  zero?: number;
}

const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];
const MOST_TICKS = 6;

/** Position of a time on the axis, in per cent of its length. */
export function positionOf(axis: Axis, time: number): number {
  const length = Math.max(1, axis.to - axis.from);
  return Math.min(100, Math.max(0, Math.round((10_000 * (time - axis.from)) / length) / 100));
}

/** Seconds from the axis' zero at which it has a tick: round numbers. */
export function ticks(axis: Axis): number[] {
  const zero = axis.zero ?? axis.from;
  const seconds = (axis.to - axis.from) / 1000;
  const step =
    STEPS.find((candidate) => seconds / candidate <= MOST_TICKS) ?? Math.ceil(seconds / MOST_TICKS);
  const first = Math.ceil((axis.from - zero) / 1000 / step);
  const last = Math.floor((axis.to - zero) / 1000 / step);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

function placeOfTick(axis: Axis, second: number): number {
  return positionOf(axis, (axis.zero ?? axis.from) + second * 1000);
}

/** The axis with its figures, as wide as there is room. */
export function axisLabels(axis: Axis): Markup {
  const labels = ticks(axis).map((second) => {
    const at = placeOfTick(axis, second);
    const anchor = at > 97 ? "end" : at < 3 ? "start" : "middle";
    return html`<text x="${at}%" y="12" text-anchor="${anchor}">${tickLabel(second)}</text>`;
  });
  return html`<svg class="axis" width="100%" height="16" aria-hidden="true">${labels}</svg>`;
}

/** The ticks as lines behind a row. */
export function gridLines(axis: Axis): Markup[] {
  return ticks(axis).map((second) => {
    const at = placeOfTick(axis, second);
    return html`<line class="tick" x1="${at}%" x2="${at}%" y1="0" y2="100%" />`;
  });
}

/** A bar from one time to another: never too thin to be seen. */
export function bar(axis: Axis, kind: string, from: number, to: number, title: string): Markup {
  const width = Math.max(0.4, Math.round(100 * (positionOf(axis, to) - positionOf(axis, from))) / 100);
  const left = Math.min(positionOf(axis, from), 100 - width);
  return html`<rect class="${kind}" x="${left}%" y="4" width="${width}%" height="12" rx="2"
    ><title>${title}</title></rect
  >`;
}

/** One row of a drawing. What it shows is in the cells beside it as text. */
export function drawing(content: Part[], height = 20): Markup {
  return html`<svg width="100%" height="${height}" aria-hidden="true">
    ${content.map((part) => html`${part}`)}
  </svg>`;
}

type Part = Markup | undefined;

function tickLabel(second: number): string {
  const sign = second < 0 ? "\u2212" : "";
  const size = Math.abs(second);
  if (size < 60) return `${sign}${Number(size.toFixed(1))} s`;
  return `${sign}${Math.floor(size / 60)}:${String(Math.round(size % 60)).padStart(2, "0")}`;
}
