import { environmentOf } from "../../../automation/replaceDatabase";
import { jobNames, names } from "../../../plan/names";
import type { Trial } from "./restoreJobs";

let trials = 0;

/** Gives each thing that an operator asks for a name of its own. */
export function nextOperation(): string {
  return `trial-${(trials += 1)}`;
}

/** A Job on the platform's own volume, as `npm run restore -- database` would make it. */
export function inPlaceTrial(action: string, env: Record<string, string>, stop?: Trial["stop"]): Trial {
  return {
    name: `${jobNames.replaceDatabase}-${nextOperation()}`,
    volume: { claim: names.databaseClaim },
    command: ["tini", "--", "node", `/opt/recovery/${jobNames.replaceDatabase}.js`, action],
    env: { ...environmentOf({ action: "replace", wanted: "" }), OPERATION: nextOperation(), ...env },
    ...(stop === undefined ? {} : { stop }),
  };
}
