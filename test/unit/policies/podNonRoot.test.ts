import { podNonRoot } from "../../../policies/rules/podNonRoot";
import { describeResourceRule } from "./describeRule";
import { unknown } from "./examine";
import { containerTitle, goodDeployment, goodPod, withContext, withPod } from "./podSample";

describeResourceRule(podNonRoot, goodDeployment, [
  {
    title: "refuses a pod that does not say",
    change: withPod({ securityContext: {} }),
    violations: [`${containerTitle}: securityContext.runAsNonRoot is not set, must be true`],
  },
  {
    title: "refuses a container that says otherwise",
    change: withContext({ runAsNonRoot: false }),
    violations: [`${containerTitle}: securityContext.runAsNonRoot is false, must be true`],
  },
  {
    title: "refuses the user 0",
    change: withContext({ runAsUser: 0 }),
    violations: [`${containerTitle}: securityContext.runAsUser is 0, which is root`],
  },
  {
    title: "takes a container that says so itself",
    change: () => {
      const containers = goodPod.containers.map((container) => ({
        ...container,
        securityContext: { runAsNonRoot: true },
      }));
      return { spec: { template: { spec: { containers } } } };
    },
  },
  {
    title: "looks at the containers that run first",
    change: withPod({ initContainers: [{ name: "init", securityContext: { runAsUser: 0 } }] }),
    violations: ['Deployment "web": container "init": securityContext.runAsUser is 0, which is root'],
  },
  {
    title: "looks at the other containers when one value is unknown",
    change: withPod({
      initContainers: [{ name: "init", securityContext: { runAsNonRoot: unknown } }],
      securityContext: {},
    }),
    violations: [`${containerTitle}: securityContext.runAsNonRoot is not set, must be true`],
    unknown: "spec.template.spec.initContainers.0.securityContext.runAsNonRoot",
  },
  {
    title: "refuses a workload without a pod",
    change: () => ({ spec: undefined }),
    violations: ['Deployment "web": it has no pod specification'],
  },
]);
