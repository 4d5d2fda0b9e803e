import { podCapabilities } from "../../../policies/rules/podCapabilities";
import { describeResourceRule } from "./describeRule";
import { containerTitle, goodDeployment, withContext } from "./podSample";

describeResourceRule(podCapabilities, goodDeployment, [
  {
    title: "refuses capabilities that are not dropped",
    change: withContext({ capabilities: undefined }),
    violations: [`${containerTitle}: securityContext.capabilities.drop is not set, must hold "ALL"`],
  },
  {
    title: "refuses some that are dropped",
    change: withContext({ capabilities: { drop: ["NET_RAW"] } }),
    violations: [`${containerTitle}: securityContext.capabilities.drop is ["NET_RAW"], must hold "ALL"`],
  },
  {
    title: "refuses one that is added",
    change: withContext({ capabilities: { drop: ["ALL"], add: ["SYS_ADMIN"] } }),
    violations: [
      `${containerTitle}: securityContext.capabilities.add holds "SYS_ADMIN", allowed is NET_BIND_SERVICE`,
    ],
  },
  {
    title: "takes the one that is allowed",
    change: withContext({ capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] } }),
  },
  {
    title: "allows none where it is configured",
    change: withContext({ capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] } }),
    config: { allowed: [] },
    violations: [
      `${containerTitle}: securityContext.capabilities.add holds "NET_BIND_SERVICE", allowed is none`,
    ],
  },
]);
