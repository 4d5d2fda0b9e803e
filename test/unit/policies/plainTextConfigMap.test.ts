import { plainTextConfigMap } from "../../../policies/rules/plainTextConfigMap";
import { kubernetesTypes } from "../../../policies/shared/resourceTypes";
import { describeResourceRule } from "./describeRule";
import { unknown } from "./examine";

const good = {
  type: kubernetesTypes.configMap,
  name: "settings",
  props: { data: { LOG_LEVEL: "info", "pgbackrest.conf": "[global]\nrepo1-type=s3\n" } },
};

describeResourceRule(plainTextConfigMap, good, [
  {
    title: "refuses a secret",
    change: () => ({ data: { JWT_SECRET: "hunter2" } }),
    violations: ['ConfigMap "settings": key JWT_SECRET has the name of a secret and a value in plain text'],
  },
  {
    title: "refuses a password in a URL inside a text",
    change: () => ({ data: { "app.yaml": "broker: amqp://app:hunter2@mq\n" } }),
    violations: ['ConfigMap "settings": key app.yaml holds a password in plain text, in a amqp URL'],
  },
  {
    title: "takes what is allowed by name",
    change: () => ({ data: { TOKEN: "x" } }),
    config: { allowedNames: ["TOKEN"] },
  },
  { title: "takes a ConfigMap without data", change: () => ({}) },
  {
    title: "looks at the rest when one is unknown",
    change: () => ({ data: { A: unknown, PASSWORD: "hunter2" } }),
    violations: ['ConfigMap "settings": key PASSWORD has the name of a secret and a value in plain text'],
    unknown: "data.A",
  },
]);
