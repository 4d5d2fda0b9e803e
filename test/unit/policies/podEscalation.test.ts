import { podEscalation } from "../../../policies/rules/podEscalation";
import { describeResourceRule } from "./describeRule";
import { unknown } from "./examine";
import { containerTitle, goodDeployment, withContainer, withContext } from "./podSample";

const message = (value: string): string =>
  `${containerTitle}: securityContext.allowPrivilegeEscalation is ${value}, must be false`;

describeResourceRule(podEscalation, goodDeployment, [
  {
    title: "refuses escalation",
    change: withContext({ allowPrivilegeEscalation: true }),
    violations: [message("true")],
  },
  {
    title: "refuses the default, which allows it",
    change: withContainer({ securityContext: undefined }),
    violations: [message("not set")],
  },
  {
    title: "refuses a privileged container",
    change: withContext({ privileged: true }),
    violations: [`${containerTitle}: securityContext.privileged is true`],
  },
  {
    title: "says that it is unknown",
    change: withContext({ allowPrivilegeEscalation: unknown }),
    unknown: "spec.template.spec.containers.0.securityContext.allowPrivilegeEscalation",
  },
]);
