import { podSeccomp } from "../../../policies/rules/podSeccomp";
import { describeResourceRule } from "./describeRule";
import { containerTitle, goodDeployment, withContext, withPod } from "./podSample";

const message = (value: string): string =>
  `${containerTitle}: securityContext.seccompProfile.type is ${value}, must be RuntimeDefault or Localhost`;

describeResourceRule(podSeccomp, goodDeployment, [
  {
    title: "refuses no profile",
    change: withPod({ securityContext: {} }),
    violations: [message("not set")],
  },
  {
    title: "refuses a container that is unconfined",
    change: withContext({ seccompProfile: { type: "Unconfined" } }),
    violations: [message('"Unconfined"')],
  },
]);
