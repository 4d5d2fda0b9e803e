import type { ResourceValidationPolicy } from "@pulumi/policy";
import { kubernetesTypes } from "../shared/resourceTypes";
import { schemaOf } from "../shared/settings";
import { shown } from "../shared/shown";
import { checkResources } from "../shared/validation";

const defaults = {
  value: "postgresql.archiveTimeoutSeconds",
  objectiveSeconds: 60,
  pushAllowanceSeconds: 10,
};

/** What is acknowledged and not yet archived is lost: no more than the objective. */
export const walArchiveTimeout: ResourceValidationPolicy = {
  name: "wal-archive-timeout",
  description:
    "A Helm release that sets the archive timeout of PostgreSQL closes and pushes a WAL segment within the objective.",
  severity: "critical",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    value: { type: "string", description: "Path of the timeout among the release's values." },
    objectiveSeconds: { type: "integer", minimum: 1, description: "Seconds of work that may be lost." },
    pushAllowanceSeconds: {
      type: "integer",
      minimum: 0,
      description: "Seconds that the push of a closed segment may take.",
    },
  }),
  remediationSteps: "Lower the timeout to the objective less the seconds of a push. 0 would switch it off.",
  validateResource: checkResources<{ values?: unknown }, typeof defaults>(
    [kubernetesTypes.release],
    defaults,
    ({ values }, { value: path, objectiveSeconds, pushAllowanceSeconds }, findings) => {
      const timeout = valueAt(values, path.split("."));
      if (timeout === undefined) return;
      const longest = objectiveSeconds - pushAllowanceSeconds;
      if (typeof timeout !== "number" || timeout < 1 || timeout > longest)
        findings.problem(
          `values.${path} is ${shown(timeout)}, must be from 1 to ${longest}: the objective is ${objectiveSeconds} s, and a push may take ${pushAllowanceSeconds} s`,
        );
    },
  ),
};

function valueAt(values: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return values;
  if (values === null || typeof values !== "object") return undefined;
  return valueAt((values as Record<string, unknown>)[key], rest);
}
