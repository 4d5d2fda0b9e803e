import { setTimeout as sleep } from "node:timers/promises";
import { reasonOf, Failure } from "../../lib/failure";
import { jobNames, names } from "../../plan/names";
import { listPods, type Pod, podProblem } from "./pods";

/** Nothing was proved: by permit, the site has begun empty. */
export interface BegunEmpty {
  ok: true;
  begunEmpty: true;
}

/**
 * Looks whether this site has begun with an empty database, and then waits until that is ready: the first backup begins with it.
 * @returns undefined where data came back: a permit that was left in the settings excuses nothing
 * @throws Failure when the database is not ready in time, or the pods cannot be listed
 */
export async function emptyBeginning(
  { timeoutMs, everyMs = 1000 }: { timeoutMs: number; everyMs?: number },
  log: (line: string) => void,
  pods: () => Promise<Pod[]> = listPods,
): Promise<BegunEmpty | undefined> {
  const deadline = Date.now() + timeoutMs;
  for (;;)
    try {
      const found = await pods();
      if (!found.some(madeEmpty)) return undefined;
      const problem = podProblem(
        found.filter(({ component }) => component === names.databaseContainer),
        [names.databaseContainer],
      );
      if (problem !== undefined) throw new Error(problem);
      log(
        "the database has begun empty, by permit: nothing is proved yet; the next up without the permit does it",
      );
      return { ok: true, begunEmpty: true };
    } catch (error) {
      if (error instanceof Failure) throw error;
      if (Date.now() > deadline)
        throw new Failure(
          `the empty database is not ready: ${reasonOf(error)}`,
          "look at its pod, then run `up` again",
        );
      await sleep(everyMs);
    }
}

/** The restore of a site leaves its result in its pod. */
function madeEmpty({ component, result }: Pod): boolean {
  return component === jobNames.restoreDatabase && result?.includes('"action":"initialised"') === true;
}
