import { setTimeout as sleep } from "node:timers/promises";
import { reasonOf } from "../lib/failure";
import { ObjectStorage, type ObjectStorageSettings } from "./objectStorage";
import { NoCredentials } from "./podCredentials";

/** How long to wait for credentials in the pod, and how often to ask, in milliseconds. */
export interface CredentialLimits {
  timeoutMs: number;
  everyMs: number;
}

/** The agent of a node that has just come up answers a little later than its first pods ask. */
const limits: CredentialLimits = { timeoutMs: 60_000, everyMs: 2_000 };

/**
 * The backup bucket, once there are credentials for it: whatever is done first would take their absence for a refusal.
 * @throws NoCredentials when there are none in time, and another pod may get some
 */
export async function openStorage(
  settings: ObjectStorageSettings,
  log: (line: string) => void,
  { timeoutMs, everyMs } = limits,
): Promise<ObjectStorage> {
  const storage = new ObjectStorage(settings);
  const deadline = Date.now() + timeoutMs;
  for (;;)
    try {
      await storage.credentials();
      return storage;
    } catch (error) {
      if (Date.now() + everyMs > deadline) throw new NoCredentials(reasonOf(error));
      log(`waiting for credentials: ${reasonOf(error)}`);
      await sleep(everyMs);
    }
}
