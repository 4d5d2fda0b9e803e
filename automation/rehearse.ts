import type { Kubectl } from "./kubectl";
import {
  type KubernetesObject,
  rehearsalNamespace,
  rehearsalObjects,
  type RehearsalSources,
  rehearsalSources,
} from "./rehearsal";
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
  const found: Record<string, KubernetesObject | undefined> = {};
  for (const [source, [kind, name]] of Object.entries(rehearsalSources)) {
    const text = await kubectl.call(["get", kind, name, "--ignore-not-found", "--output=json"]);
    if (text.trim() === "" && source !== "pullSecret")
      throw new Error(
        `the platform has no ${kind} ${name}: its "up" has not succeeded, or is of an older version; run it first`,
      );
    found[source] = text.trim() === "" ? undefined : (JSON.parse(text) as KubernetesObject);
  }
  return found as unknown as RehearsalSources;
}
