import { jobNames } from "../../plan/names";
import type { GivenUp } from "../database/acceptedLoss";
import type { Pod } from "./pods";

/**
 * What the restore of this site gave up, from the result that it left in its pod. A long result is cut at its end, so it is
 * not read as a whole.
 * @returns undefined when nothing was given up, or the restore's pod is gone
 */
export function givenUpIn(pods: readonly Pod[]): GivenUp | undefined {
  for (const { component, result } of pods) {
    const text = /"givenUp":(\{[^{}]*\{[^{}]*\}[^{}]*\})/.exec(result ?? "")?.[1];
    if (component === jobNames.restoreDatabase && text !== undefined) return JSON.parse(text) as GivenUp;
  }
  return undefined;
}
