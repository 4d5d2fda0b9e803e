import { jobNames } from "../plan/names";
import type { Kubectl } from "./kubectl";

interface Jobs {
  items: { status?: { conditions?: { type: string; status: string }[] } }[];
}

/**
 * Removes the Job of a first backup that has failed, so that the next update takes it again. One that still runs is left alone:
 * the update waits for it, and never begins it anew.
 * @returns whether there was one
 */
export async function removeFailedFirstBackup(kubectl: Pick<Kubectl, "call">): Promise<boolean> {
  const name = jobNames.firstBackup;
  const { items } = JSON.parse(
    await kubectl.call(["get", "jobs", `--field-selector=metadata.name=${name}`, "--output=json"]),
  ) as Jobs;
  const failed = items.some(({ status }) =>
    status?.conditions?.some((condition) => condition.type === "Failed" && condition.status === "True"),
  );
  if (failed) await kubectl.call(["delete", "job", name, "--wait=true"]);
  return failed;
}
