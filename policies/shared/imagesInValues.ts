import type { Findings } from "./findings";

/** An image among the values of a chart. */
export interface ChartImage {
  /** Where it is, as in `controller.image`. */
  path: string;
  reference: string;
}

/**
 * Visits the images among the values of a chart: texts named `image` or below `images`, and objects named `image` with
 * `repository` and `tag` or `digest`. An empty text leaves the image to the chart, and is none.
 */
export function imagesInValues(
  values: unknown,
  findings: Findings,
  visit: (image: ChartImage) => void,
): void {
  walk(values, [], findings, visit);
}

function walk(
  value: unknown,
  path: readonly string[],
  findings: Findings,
  visit: (image: ChartImage) => void,
): void {
  if (value === null || typeof value !== "object") return;
  const object = value as Record<string, unknown>;
  for (const key of Object.keys(object))
    findings.attempt(() => {
      const inner = object[key];
      const here = [...path, key];
      const reference = isImage(here) ? referenceOf(inner) : undefined;
      if (reference === undefined) walk(inner, here, findings, visit);
      else if (reference !== "") visit({ path: here.join("."), reference });
    });
}

function isImage(path: readonly string[]): boolean {
  return path.at(-1) === "image" || path.at(-2) === "images";
}

function referenceOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (value === null || typeof value !== "object") return undefined;
  const { registry, repository, tag, digest } = value as Record<string, unknown>;
  if (typeof repository !== "string") return undefined;
  const text = (part: unknown, before: string, after = ""): string =>
    typeof part === "string" && part !== "" ? `${before}${part}${after}` : "";
  return `${text(registry, "", "/")}${repository}${text(tag, ":")}${text(digest, "@")}`;
}
