import type { ResourceValidationPolicy } from "@pulumi/policy";
import { checkContainers } from "../shared/pods";
import { secretProblem } from "../shared/secretValue";
import { schemaOf, textList } from "../shared/settings";

const defaults = { allowedNames: [] as string[] };

/** A secret does not lie open in the specification of a pod, where everyone who sees pods can read it. */
export const plainTextSecret: ResourceValidationPolicy = {
  name: "plain-text-secret",
  description: "No environment variable holds a secret, or a URL with a password, in plain text.",
  severity: "critical",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    allowedNames: textList("Names of variables that look like secrets and are none."),
  }),
  tags: ["checkov:CKV_K8S_35"],
  remediationSteps: "Put the value into a Secret and refer to it with valueFrom.secretKeyRef.",
  validateResource: checkContainers(defaults, ({ env }, { allowedNames }, problem) => {
    for (const { name, value } of env ?? []) {
      const wrong = allowedNames.includes(name) ? undefined : secretProblem(name, value ?? "");
      if (wrong !== undefined) problem(`variable ${name} ${wrong}`);
    }
  }),
};
