import type { Kubectl } from "./kubectl";
import { rehearsalNamespace, rehearsalObjects, type RehearsalSources, rehearsalSources } from "./rehearsal";
import { readSources } from "./throwAwayJob";
import { jobNames } from "../plan/names";

const limitSeconds = 6 * 3600;

/**
 * Rehearses the restore of the database beside the living one, and removes everything of it, also when it fails or is stopped.
 * @param kubectl on the namespace of the platform
 * @returns what the Job printed as its result
 * @throws Error with the Job's own sentence when it failed
 */
export async function rehearse(kubectl: Kubectl, namespace: string): Promise<unknown> {
  const own = kubectl.inNamespace(rehearsalNamespace(namespace));
  // The signal that stops the work must not stop this.
  const cleaner = own.withSignal(new AbortController().signal);
  const remove = (): Promise<string> =>
    cleaner.call(
      ["delete", "namespace", rehearsalNamespace(namespace), "--ignore-not-found", "--timeout=120s"],
      { timeoutMs: 130_000 },
    );
  try {
    // One that was killed.
    await remove();
    const items = rehearsalObjects(namespace, await read(kubectl));
    await own.call(["create", "--filename=-"], {
      input: JSON.stringify({ apiVersion: "v1", kind: "List", items }),
    });
    return await own.finishJob(jobNames.rehearseDatabase, limitSeconds);
  } finally {
    await remove();
  }
}

async function read(kubectl: Kubectl): Promise<RehearsalSources> {
  const found = await readSources(kubectl, rehearsalSources, ["pullSecret"]);
  return found as unknown as RehearsalSources;
}
