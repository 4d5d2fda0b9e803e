import { Failure } from "../../lib/failure";
import { type CollationDifference, decideCollations, describeDifferences } from "./collationProblem";
import { type VersionsOfImage, versionsOfImage } from "./collationsOfImage";
import type { CommittedRecord } from "./committedRecord";
import type { Base } from "./databaseBackups";

/** What a server of this image can run on. */
export interface ServerImage {
  /** Of PostgreSQL. */
  postgresMajor: string;
  /** Collation versions that an operator accepts, as in "icu:153.128,libc:2.41"; empty for none. */
  acceptCollations: string;
  /** @default asks the programs of this image */
  versions?: VersionsOfImage;
}

/**
 * Whether the server of this image can run on what a base backup holds.
 * @param record what was noted with it; undefined when it was never committed
 * @returns the collations whose indexes must be rebuilt, as far as the record tells
 * @throws Failure when it cannot, or may not
 */
export type RequireUsable = (
  base: Pick<Base, "label" | "pgVersion">,
  record: CommittedRecord | undefined,
  log: (line: string) => void,
) => Promise<readonly CollationDifference[]>;

/** Asks the image once for what the records of several base backups name. */
export function usableIn({
  postgresMajor,
  acceptCollations,
  versions = versionsOfImage(),
}: ServerImage): RequireUsable {
  return async (base, record, log) => {
    requireSameMajor(base, postgresMajor);
    const collations = record?.collations;
    const decision = decideCollations({
      subject: `base backup ${base.label}`,
      collations,
      here: await versions(collations ?? []),
      accepted: acceptCollations,
      untouched: "nothing was fetched",
    });
    switch (decision.action) {
      case "refuse":
        throw new Failure(decision.reason, decision.remedy);
      case "use, unknown":
        log(
          `collation versions are unknown: ${decision.unknown}; those in the data are compared after the replay`,
        );
        return [];
      case "rebuild":
        log(
          `accepted: ${describeDifferences(decision.differences)}; all indexes are rebuilt after the promotion`,
        );
        return decision.differences;
      case "use":
        return [];
    }
  };
}

/**
 * The same for a copy that is only read from one end to the other: how text is sorted, and so what its indexes miss, does not matter to
 * that.
 */
export function readableIn(postgresMajor: string): RequireUsable {
  return (base) => {
    requireSameMajor(base, postgresMajor);
    return Promise.resolve([]);
  };
}

function requireSameMajor(
  { label, pgVersion }: Pick<Base, "label" | "pgVersion">,
  postgresMajor: string,
): void {
  if (pgVersion !== postgresMajor)
    throw new Failure(
      `base backup ${label} is of PostgreSQL ${pgVersion}, and this image holds ${postgresMajor}; nothing was fetched`,
      `set lstm-pfd:imagePostgres to an image of PostgreSQL ${pgVersion} (\`npm run images -- --postgres ${pgVersion}\` makes one), then run the restore again`,
    );
}
