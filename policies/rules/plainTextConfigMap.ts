import type { ResourceValidationPolicy } from "@pulumi/policy";
import { kubernetesTypes } from "../shared/resourceTypes";
import { secretProblem } from "../shared/secretValue";
import { schemaOf, textList } from "../shared/settings";
import { checkResources } from "../shared/validation";

const defaults = { allowedNames: [] as string[] };

/** A ConfigMap, which becomes environment, holds no secret. */
export const plainTextConfigMap: ResourceValidationPolicy = {
  name: "plain-text-config-map",
  description: "No ConfigMap holds a secret, or a URL with a password.",
  severity: "critical",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    allowedNames: textList("Names of keys that look like secrets and are none."),
  }),
  remediationSteps: "Move the key to a Secret.",
  validateResource: checkResources<{ data?: Record<string, string> }, typeof defaults>(
    [kubernetesTypes.configMap],
    defaults,
    ({ data = {} }, { allowedNames }, findings) => {
      for (const name of Object.keys(data))
        findings.attempt(() => {
          const wrong = allowedNames.includes(name) ? undefined : secretProblem(name, data[name] ?? "");
          if (wrong !== undefined) findings.problem(`key ${name} ${wrong}`);
        });
    },
  ),
};
