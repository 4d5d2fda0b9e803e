import { setTimeout as sleep } from "node:timers/promises";
import { reasonOf } from "../lib/failure";
import { walPrefix } from "../plan/repository";
import type { ObjectStorage } from "./objectStorage";
import { NoCredentials } from "./podCredentials";

/**
 * Proves that this pod's credentials are good for the backup bucket. A role or a policy that was made a moment ago may be refused
 * for some seconds: IAM is eventually consistent.
 * @param limits in milliseconds
 * @throws NoCredentials with the store's last word
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
 */
export async function awaitCredentials(
  storage: Pick<ObjectStorage, "list" | "describe">,
  log: (line: string) => void,
  { timeoutMs, everyMs } = { timeoutMs: 20_000, everyMs: 3_000 },
): Promise<{ credentials: "in force"; listed: string }> {
  const deadline = Date.now() + timeoutMs;
  for (;;)
    try {
      // Every role may list it, whether it holds anything or not.
      await storage.list(walPrefix, 1);
      return { credentials: "in force", listed: storage.describe(walPrefix) };
    } catch (error) {
      if (Date.now() + everyMs > deadline) throw new NoCredentials(reasonOf(error));
      log(`not in force yet: ${reasonOf(error)}`);
      await sleep(everyMs);
    }
}
