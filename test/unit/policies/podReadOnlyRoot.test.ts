import { podReadOnlyRoot } from "../../../policies/rules/podReadOnlyRoot";
import { describeResourceRule } from "./describeRule";
import { containerTitle, goodDeployment, withContext } from "./podSample";

const message = (value: string): string =>
  `${containerTitle}: securityContext.readOnlyRootFilesystem is ${value}, must be true`;

describeResourceRule(podReadOnlyRoot, goodDeployment, [
  {
    title: "refuses a root that can be written",
    change: withContext({ readOnlyRootFilesystem: false }),
    violations: [message("false")],
  },
  {
    title: "refuses the default, which can be written",
    change: withContext({ readOnlyRootFilesystem: undefined }),
    violations: [message("not set")],
  },
]);
