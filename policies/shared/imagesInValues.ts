import type { Findings } from "./findings";

/** An image among the values of a chart. */
export interface ChartImage {
  /** Where it is, as in `controller.image`. */
  path: string;
  reference: string;
  /** Names a repository alone, so that the chart's version decides on the tag. */
  taggedByChart: boolean;
}

/**
 * Visits the images among the values of a chart: texts named `image` or below `images`, and objects named `image` with
 * `repository`. An empty text leaves the image to the chart, and is none.
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
      const image = isImage(here) ? imageOf(inner) : undefined;
      if (image === undefined) walk(inner, here, findings, visit);
      else if (image.reference !== "") visit({ path: here.join("."), ...image });
    });
}

// Beneath `images` charts also keep what is the same for all of them.
const aboutImages = ["registry", "pullPolicy", "pullSecrets", "tag"];

function isImage(path: readonly string[]): boolean {
  const name = path.at(-1) ?? "";
  return name === "image" || (path.at(-2) === "images" && !aboutImages.includes(name));
}

function imageOf(value: unknown): Omit<ChartImage, "path"> | undefined {
  if (typeof value === "string") return { reference: value, taggedByChart: false };
  if (value === null || typeof value !== "object") return undefined;
  const { registry, repository, tag, digest } = value as Record<string, unknown>;
  if (typeof repository !== "string") return undefined;
  const text = (part: unknown, before: string, after = ""): string =>
    typeof part === "string" && part !== "" ? `${before}${part}${after}` : "";
  const version = text(tag, ":") + text(digest, "@");
  return { reference: text(registry, "", "/") + repository + version, taggedByChart: version === "" };
}
