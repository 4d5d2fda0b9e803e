import { setTimeout as sleep } from "node:timers/promises";
import { Failure, reasonOf } from "../../lib/failure";
import { secondsSince } from "../../lib/format";
import { describeGivenUp, type GivenUp } from "../database/acceptedLoss";
import { checkHealth, checkModelLoaded, checkPrediction } from "./application";
import { checkDatabase, type DatabaseAddress, type DatabaseFindings } from "./database";
import { givenUpIn } from "./givenUp";
import { listPods, podProblem } from "./pods";
import { type Certificate, checkCertificate, type Target } from "./target";

/** What is verified, and how long each check may need to come true. */
export interface VerificationPlan {
  application: Target;
  database: DatabaseAddress;
  /** Mark of a drill; empty for none. */
  nonce: string;
  maxHeartbeatAgeSeconds: number;
  /** Components that must have a pod. */
  components: readonly string[];
  timeoutMs: number;
  /** @default 1000 */
  everyMs?: number;
}

/** The proof: what was checked and found. */
export interface VerificationReport extends DatabaseFindings {
  ok: true;
  /** Check → seconds that it took. */
  checks: Record<string, number>;
  pods: string[];
  /** What clients are shown; undefined where the application is called without TLS. */
  certificate: Certificate | undefined;
  modelSha256: string | null;
  nonce: string | null;
  /** What the restore gave up because the archive has a hole; absent when it brought back all of it. */
  givenUp?: GivenUp;
  seconds: number;
}

/** Reaches the system as its users do. For tests. */
export interface Probes {
  listPods: typeof listPods;
  checkCertificate: typeof checkCertificate;
  checkHealth: typeof checkHealth;
  checkModelLoaded: typeof checkModelLoaded;
  checkPrediction: typeof checkPrediction;
  checkDatabase: typeof checkDatabase;
}

const realProbes: Probes = {
  listPods,
  checkCertificate,
  checkHealth,
  checkModelLoaded,
  checkPrediction,
  checkDatabase,
};

/**
 * Proves that the system works: pods, certificate, health, model, prediction, data, heartbeat. Each check is repeated until it holds; all
 * of them share one time limit.
 * @throws Failure that names the first check that does not hold
 */
export async function verifySystem(
  plan: VerificationPlan,
  log: (line: string) => void,
  probes: Probes = realProbes,
): Promise<VerificationReport> {
  const { application, nonce } = plan;
  const start = Date.now();
  const checks: Record<string, number> = {};
  const check = async <T>(name: string, action: () => Promise<T>): Promise<T> => {
    const begun = Date.now();
    const found = await until(name, start + plan.timeoutMs, plan.everyMs ?? 1000, action);
    checks[name] = secondsSince(begun);
    log(`${name}: holds`);
    return found;
  };

  const pods = await check("pods ready", async () => {
    const found = await probes.listPods();
    const problem = podProblem(found, plan.components);
    if (problem !== undefined) throw new Error(problem);
    return found;
  });
  const givenUp = givenUpIn(pods);
  if (givenUp !== undefined) log(describeGivenUp(givenUp));
  const certificate = application.tls
    ? await check("certificate", () => probes.checkCertificate(application))
    : undefined;
  await check("health", () => probes.checkHealth(application));
  await check("model loaded", () => probes.checkModelLoaded(application));
  const prediction = await check("prediction", async () => {
    const found = await probes.checkPrediction(application);
    if (nonce !== "" && found.nonce !== nonce)
      throw new Error(
        `the checkpoint in use has the nonce ${found.nonce ?? "(none)"} instead of ${nonce}: it is not the one of this drill`,
      );
    return found;
  });
  const database = await check("database", () =>
    probes.checkDatabase(plan.database, nonce, plan.maxHeartbeatAgeSeconds),
  );
  return {
    ok: true,
    seconds: secondsSince(start),
    checks,
    ...(givenUp === undefined ? {} : { givenUp }),
    pods: pods.filter(({ ofJob }) => !ofJob).map(({ name }) => name),
    certificate,
    modelSha256: prediction.modelSha256 ?? null,
    nonce: nonce === "" ? null : nonce,
    ...database,
  };
}

async function until<T>(
  name: string,
  deadline: number,
  everyMs: number,
  action: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await action();
    } catch (error) {
      if (error instanceof Failure) throw new Failure(`check "${name}" failed: ${error.what}`, error.remedy);
      if (Date.now() > deadline)
        throw new Failure(
          `check "${name}" failed: ${reasonOf(error)}`,
          "fix that, then run the verification again; no traffic should reach the system before it succeeds",
        );
      await sleep(everyMs);
    }
  }
}
