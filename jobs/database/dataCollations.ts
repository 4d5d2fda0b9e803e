import type { Client } from "pg";
import { Failure } from "../../lib/failure";
import { type CollationDifference, decideCollations } from "./collationProblem";
import { type CollationInUse, collationsInUse, type Connect, describeCollations } from "./collations";

/** A server that runs on restored data, and what an operator accepts. */
export interface RestoredData {
  client: Client;
  connect: Connect;
  /** As in "the restored database". */
  subject: string;
  acceptCollations: string;
}

/** How the versions that restored data has noted compare with those of the server that runs on it. */
export interface DataCollations {
  differences: readonly CollationDifference[];
  /** What cannot be compared, in words; absent where all is. */
  unknown?: string;
}

/**
 * Compares what the data itself says of its collations with this server: the record of the base backup may have said nothing, or what is
 * replayed may have changed it.
 * @throws Failure where versions differ that nobody has accepted: nothing was claimed yet
 */
export async function dataCollations(
  { client, connect, subject, acceptCollations }: RestoredData,
  log: (line: string) => void,
): Promise<DataCollations> {
  const collations = await collationsInUse(client, connect);
  const decision = decideCollations({
    subject,
    collations: collations?.map(asNoted),
    here: ({ here }) => here,
    accepted: acceptCollations,
    untouched: "nothing was claimed",
  });
  if (decision.action === "refuse") throw new Failure(decision.reason, decision.remedy);
  if (decision.action === "use, unknown") {
    log(`collation versions are unknown: ${decision.unknown}`);
    return { differences: [], unknown: decision.unknown };
  }
  log(`collations in use: ${describeCollations(collations ?? [])}`);
  return { differences: decision.action === "rebuild" ? decision.differences : [] };
}

/** What this server tells is what would be used; it has written nothing yet. */
export function asNoted({
  provider,
  locale,
  recorded,
  actual,
}: CollationInUse): CollationInUse & { here: string | null } {
  return { provider, locale, recorded, actual: recorded, here: actual };
}
