import { reasonOf } from "../lib/failure";
import type { SavedSecret } from "../plan/savedSecrets";
import { type PlatformFacts, type Read, read, unknown } from "../plan/status/facts";
import type { Kubectl } from "./kubectl";
import { archiverIn, archiverStatement, cronJobsIn, failedIn, notKept, uidIn } from "./platformFacts";
import { readCertificates } from "./readCertificates";

/** Longest wait for one answer of the API server. */
const ANSWER_MS = 8_000;

/** What to do about a platform that does not answer. */
export const platformRemedy =
  "if the cluster is gone, recover; if it lives, look why it does not answer, then run this again";

/**
 * Asks a cluster for what only that knows, all at the same time. What it does not tell of one keeps nothing of the others back.
 * @param namespace of the application
 * @param kept what cert-manager wrote, as the kit holds it; undefined where that is not known
 * @throws Error of kubectl where the cluster does not answer at all
 */
export async function platformAnswers(
  kubectl: Pick<Kubectl, "call" | "psql">,
  namespace: string,
  kept: readonly SavedSecret[] | undefined,
): Promise<PlatformFacts> {
  const call = (args: readonly string[]): Promise<string> => kubectl.call(args, { timeoutMs: ANSWER_MS });
  // So that one that is gone is told once.
  await call(["get", "--raw=/api"]);
  const [siteId, cronJobs, failedJobs, archiver, certificates] = await Promise.all([
    attempt(async () => uidIn(await call(["get", "namespace", namespace, "--output=json"]))),
    attempt(async () => cronJobsIn(await call(["get", "cronjobs", "--output=json"]))),
    attempt(async () => failedIn(await call(["get", "jobs", "--output=json"]))),
    attempt(async () => archiverIn(await kubectl.psql(asOneLine, archiverStatement, ANSWER_MS))),
    attempt(() => readCertificates({ call })),
  ]);
  return {
    siteId,
    cronJobs,
    failedJobs,
    archiver,
    certificatesNotInKit: certificates.state === "read" ? notKept(certificates.value, kept) : certificates,
  };
}

const asOneLine = [
  ...["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"],
  ...["--set=ON_ERROR_STOP=1", "--file=-"],
];

async function attempt<T>(work: () => Promise<T>): Promise<Read<T>> {
  try {
    return read(await work());
  } catch (error) {
    return unknown(reasonOf(error), platformRemedy);
  }
}
