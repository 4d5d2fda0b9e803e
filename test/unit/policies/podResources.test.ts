import { podResources } from "../../../policies/rules/podResources";
import { describeResourceRule } from "./describeRule";
import { containerTitle, goodDeployment, withContainer } from "./podSample";

describeResourceRule(podResources, goodDeployment, [
  {
    title: "refuses a container without any",
    change: withContainer({ resources: undefined }),
    violations: [
      `${containerTitle}: resources.requests.cpu is not set`,
      `${containerTitle}: resources.requests.memory is not set`,
      `${containerTitle}: resources.limits.memory is not set`,
    ],
  },
  {
    title: "refuses memory without a limit",
    change: withContainer({ resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "1" } } }),
    violations: [`${containerTitle}: resources.limits.memory is not set`],
  },
  {
    title: "asks for a limit of cpu where it is configured",
    config: { limits: ["cpu"] },
    violations: [`${containerTitle}: resources.limits.cpu is not set`],
  },
]);
