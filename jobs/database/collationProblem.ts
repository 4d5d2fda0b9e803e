import type { CollationInUse } from "./collations";

/** A collation whose version here is not the one that indexes were built with. */
export interface CollationDifference {
  provider: CollationInUse["provider"];
  locale: string;
  /** Versions that indexes may have been built with. */
  builtWith: readonly string[];
  /** Version here; null where it tells none. */
  here: string | null;
}

/** Whether indexes can be used as they are. */
export type CollationDecision =
  /** Every version is known, and the same. */
  | { action: "use" }
  /** Some version is not known: that is not the same as equal. */
  | { action: "use, unknown"; unknown: string }
  | { action: "rebuild"; differences: readonly CollationDifference[] }
  | { action: "refuse"; reason: string; remedy: string };

/** What is asked about. */
export interface CollationQuery<Collation extends CollationInUse = CollationInUse> {
  /** As in "base backup 20260101-000000F". */
  subject: string;
  /** What it uses; undefined where that was not noted. */
  collations: readonly Collation[] | undefined;
  /** Version of a collation here; null where it tells none. */
  here: (collation: Collation) => string | null;
  /** Versions that an operator accepts, as in "icu:153.128,libc:2.41"; empty for none. */
  accepted: string;
  /** What has not happened yet. */
  untouched: string;
}

/** Where versions differ. The server's own counts as well: what it wrote since it was changed is sorted by that. */
export function collationDifferences<Collation extends CollationInUse>({
  collations = [],
  here,
}: Pick<CollationQuery<Collation>, "collations" | "here">): CollationDifference[] {
  return collations.flatMap((collation) => {
    const { provider, locale, recorded, actual } = collation;
    const now = here(collation);
    const builtWith = [...new Set([recorded, actual])].filter((version) => version !== null);
    if (builtWith.every((version) => version === now)) return [];
    return [{ provider, locale, builtWith, here: now }];
  });
}

/** Whether a database may come back in this image: as it is, with its indexes rebuilt, or not at all. */
export function decideCollations<Collation extends CollationInUse>(
  query: CollationQuery<Collation>,
): CollationDecision {
  const { subject, collations, accepted, untouched } = query;
  if (collations === undefined)
    return { action: "use, unknown", unknown: `${subject} does not say with which collation versions` };
  const differences = collationDifferences(query);
  if (differences.length === 0) {
    const unknown = collations.filter(({ recorded }) => recorded === null);
    if (unknown.length === 0) return { action: "use" };
    const names = unknown.map(({ provider, locale }) => `${provider} (${locale})`).join(", ");
    return { action: "use, unknown", unknown: `${subject} has noted no version of ${names}` };
  }
  const wanted = [
    ...new Set(differences.map(({ provider, here }) => `${provider}:${here ?? "none"}`)),
  ].sort();
  const words = accepted.split(",");
  if (wanted.every((word) => words.includes(word))) return { action: "rebuild", differences };
  const other = accepted === "" ? "" : ` (lstm-pfd:acceptCollations is ${accepted}, which are others)`;
  return {
    action: "refuse",
    reason: `the indexes of ${subject} were built with other collation versions than this image has: ${describeDifferences(differences)}${other}; text is sorted differently, so that they would miss rows and let duplicates in, without a word; ${untouched}`,
    remedy: `set lstm-pfd:imagePostgres to the image that fits, which is that of the site it comes from; or accept the versions of this one, lstm-pfd:acceptCollations ${wanted.join(",")}, and all indexes are rebuilt before anybody is served; then run the restore again`,
  };
}

/** All that one or the other tells of: each collation once, as the first has it. */
export function together(
  first: readonly CollationDifference[],
  second: readonly CollationDifference[],
): CollationDifference[] {
  const nameOf = ({ provider, locale }: CollationDifference): string => `${provider}:${locale}`;
  const named = new Set(first.map(nameOf));
  return [...first, ...second.filter((each) => !named.has(nameOf(each)))];
}

/** Differences in words: what was, and what is here. */
export function describeDifferences(differences: readonly CollationDifference[]): string {
  const told = new Map<string, string[]>();
  for (const { provider, locale, builtWith, here } of differences) {
    const change = `${provider} ${builtWith.join(" and ")}, here ${here ?? "none"}`;
    told.set(change, [...new Set([...(told.get(change) ?? []), locale])]);
  }
  return [...told].map(([change, locales]) => `${change} (${locales.join(", ")})`).join("; ");
}
