import type { TimelineRow } from "./timelineRows";

/** URN → URNs that it waited for. */
export type Dependencies = ReadonlyMap<string, readonly string[]>;

interface StateResource {
  urn: string;
  parent?: string;
  provider?: string;
  dependencies?: string[] | null;
  propertyDependencies?: Record<string, string[] | null> | null;
}

/**
 * What each resource waited for: its dependencies, its provider and its parent.
 * @param deployment the state of the stack, `(await stack.exportStack()).deployment`
 */
export function dependenciesOf(deployment: unknown): Dependencies {
  const { resources } = (deployment ?? {}) as { resources?: StateResource[] };
  return new Map(
    (resources ?? []).map((resource) => {
      const ofProperties = Object.values(resource.propertyDependencies ?? {}).flatMap((urns) => urns ?? []);
      // A reference to a provider is its URN, "::" and its id.
      const provider = resource.provider?.replace(/::[^:]*$/, "");
      const urns = [...(resource.dependencies ?? []), ...ofProperties, provider ?? "", resource.parent ?? ""];
      return [resource.urn, [...new Set(urns)].filter((urn) => urn !== "" && urn !== resource.urn)];
    }),
  );
}

/**
 * The chain that made the update last as long as it did, in order of time: it ends with the resource that ended last, and
 * each link is, of all that the next one depends on, what ended last. Where the dependencies of a resource are not known, the link is
 * whatever ended last before it began. Components are not links: their children are.
 */
export function criticalPath(rows: readonly TimelineRow[], dependencies?: Dependencies): TimelineRow[] {
  const links = rows.filter((row) => !row.component && row.endedAt !== undefined);
  const path: TimelineRow[] = [];
  let link = latest(links);
  while (link !== undefined) {
    path.unshift(link);
    link = latest(candidates(link, links, rows, dependencies).filter((row) => !path.includes(row)));
  }
  return path;
}

function candidates(
  link: TimelineRow,
  links: readonly TimelineRow[],
  rows: readonly TimelineRow[],
  dependencies: Dependencies | undefined,
): TimelineRow[] {
  const earlier = links.filter((row) => row !== link && (row.endedAt ?? "") <= link.startedAt);
  const waitedFor = dependencies?.get(link.urn);
  if (waitedFor === undefined) return earlier;
  const wanted = new Set(waitedFor.flatMap((urn) => reach(urn, rows, dependencies)));
  return earlier.filter((row) => wanted.has(row.urn));
}

/** The URN, and what stands behind it when the update did not work on it: its own dependencies. */
function reach(
  urn: string,
  rows: readonly TimelineRow[],
  dependencies: Dependencies | undefined,
  seen = new Set<string>(),
): string[] {
  if (seen.has(urn)) return [];
  seen.add(urn);
  const row = rows.find((candidate) => candidate.urn === urn);
  if (row?.component === false) return [urn];
  return (dependencies?.get(urn) ?? []).flatMap((next) => reach(next, rows, dependencies, seen));
}

function latest(rows: readonly TimelineRow[]): TimelineRow | undefined {
  return rows.reduce<TimelineRow | undefined>(
    (best, row) => (best === undefined || (row.endedAt ?? "") > (best.endedAt ?? "") ? row : best),
    undefined,
  );
}
