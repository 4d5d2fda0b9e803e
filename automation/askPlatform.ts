import type { OutputMap } from "@pulumi/pulumi/automation";
import { findClientTools } from "@lstm-pfd/local-cloud/toolchain";
import { reasonOf } from "../lib/failure";
import type { SavedSecret } from "../plan/savedSecrets";
import { type PlatformFacts, type Read, read, unknown } from "../plan/status/facts";
import type { Kubectl } from "./kubectl";
import { archiverIn, archiverStatement, cronJobsIn, failedIn, notKept, uidIn } from "./platformFacts";
import { readCertificates } from "./readCertificates";
import { stackOutputs } from "./stack";
import { withKubectl } from "./withKubectl";

/** Longest that all of it may take: who asks whether a system is safe does not wait for one that is gone. */
const LIMIT_MS = 20_000;
/** Longest wait for one answer of the API server. */
const ANSWER_MS = 8_000;

const remedy =
  "if the cluster is gone, recover; if it lives, look why it does not answer, then run this again";

/**
 * Asks the living platform of a stack for what only that knows, where this machine has the engine's tools. Nothing is obtained
 * or built for it, nothing is changed, and it ends in a bounded time.
 * @param kept what cert-manager wrote, as the kit holds it; undefined where that is not known
 */
export async function askPlatform(
  stack: string,
  kept: readonly SavedSecret[] | undefined,
  outer: AbortSignal,
): Promise<Read<PlatformFacts>> {
  const toolchain = await findClientTools();
  if (toolchain === undefined)
    return { state: "not asked", why: "the engine's tools are not on this machine (npm run toolchain)" };
  const limit = AbortSignal.timeout(LIMIT_MS);
  const signal = AbortSignal.any([outer, limit]);
  try {
    const outputs = await untilAborted(stackOutputs({ toolchain, plugins: { path: [] } }, stack), signal);
    if (outputs?.["kubeconfig"] === undefined)
      return { state: "not asked", why: `stack ${stack} has no cluster, by its state` };
    return read(await withKubectl(outputs, signal, (kubectl) => ask(kubectl, outputs, kept)));
  } catch (error) {
    outer.throwIfAborted();
    return unknown(limit.aborted ? `no answer within ${LIMIT_MS / 1000} s` : reasonOf(error), remedy);
  }
}

async function ask(
  kubectl: Kubectl,
  outputs: OutputMap,
  kept: readonly SavedSecret[] | undefined,
): Promise<PlatformFacts> {
  // One that does not answer at all is told once.
  await call(kubectl, ["get", "--raw=/api"]);
  const namespace = String(outputs["namespace"]?.value);
  const [siteId, cronJobs, failedJobs, archiver, certificates] = await Promise.all([
    attempt(async () => uidIn(await call(kubectl, ["get", "namespace", namespace, "--output=json"]))),
    attempt(async () => cronJobsIn(await call(kubectl, ["get", "cronjobs", "--output=json"]))),
    attempt(async () => failedIn(await call(kubectl, ["get", "jobs", "--output=json"]))),
    attempt(async () => archiverIn(await kubectl.psql(words, archiverStatement, ANSWER_MS))),
    attempt(() => readCertificates({ call: (args) => call(kubectl, args) })),
  ]);
  return {
    siteId,
    cronJobs,
    failedJobs,
    archiver,
    certificatesNotInKit: certificates.state === "read" ? notKept(certificates.value, kept) : certificates,
  };
}

const words = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", "--file=-"];

function call(kubectl: Kubectl, args: readonly string[]): Promise<string> {
  return kubectl.call(args, { timeoutMs: ANSWER_MS });
}

async function attempt<T>(work: () => Promise<T>): Promise<Read<T>> {
  try {
    return read(await work());
  } catch (error) {
    return unknown(reasonOf(error), remedy);
  }
}

/** The engine's own commands know no signal. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener(
      "abort",
      () => {
        reject(signal.reason as Error);
      },
      { once: true },
    );
  });
  return Promise.race([work, aborted]);
}
