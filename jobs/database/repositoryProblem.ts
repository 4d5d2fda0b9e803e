import { s3AnswerIn } from "./pgbackrestProblem";
import { type StanzaInfo, stanzaMessage } from "./stanzaInfo";

/** With a wrong passphrase, the first line is nonsense already. */
const UNDECIPHERED = /CryptoError|outside of section at line 1\b/;

/** Sorts what pgBackRest says of a repository that it could not read. */
export function repositoryProblem(
  location: string,
  { code, message }: StanzaInfo["status"],
): { state: "damaged" | "unreadable"; reason: string; remedy: string } {
  const reason = `pgBackRest cannot use ${location}: ${stanzaMessage(message)} (status ${code})`;
  if (UNDECIPHERED.test(message))
    return {
      state: "unreadable",
      reason: `the backups in ${location} cannot be deciphered: ${stanzaMessage(message)}`,
      remedy: "check the repository's passphrase (PGBACKREST_REPO1_CIPHER_PASS) against the recovery kit",
    };
  const answer = s3AnswerIn(message);
  if (answer !== undefined)
    return {
      state: "unreadable",
      reason: `pgBackRest cannot use ${location}: ${answer.reason}`,
      remedy: answer.remedy,
    };
  if (/AccessDenied|SignatureDoesNotMatch|InvalidAccessKeyId|HTTP request failed with 403/.test(message))
    return {
      state: "unreadable",
      reason,
      remedy: "check PGBACKREST_REPO1_S3_KEY and PGBACKREST_REPO1_S3_KEY_SECRET against the recovery kit",
    };
  return {
    state: "damaged",
    reason,
    remedy:
      "bring back former versions of the objects that are named, or choose an older backup (lstm-pfd:restoreSet), then run the restore again",
  };
}
