import { podHostAccess } from "../../../policies/rules/podHostAccess";
import { describeResourceRule } from "./describeRule";
import { unknown } from "./examine";
import { goodDeployment, withContainer, withPod } from "./podSample";

const title = 'Deployment "web"';

describeResourceRule(podHostAccess, goodDeployment, [
  ...["hostNetwork", "hostPID", "hostIPC"].map((name) => ({
    title: `refuses ${name}`,
    change: withPod({ [name]: true }),
    violations: [`${title}: ${name} is true`],
  })),
  {
    title: "refuses a path of the node",
    change: withPod({ volumes: [{ name: "data", hostPath: { path: "/var/data" } }] }),
    violations: [`${title}: volume "data" is hostPath /var/data`],
  },
  {
    title: "refuses a port of the node",
    change: withContainer({ ports: [{ containerPort: 80, hostPort: 80 }] }),
    violations: [`${title}: container "web": hostPort is 80`],
  },
  { title: "takes a port of the pod", change: withContainer({ ports: [{ containerPort: 8050 }] }) },
  {
    title: "looks at the rest when a value is unknown",
    change: withPod({ hostNetwork: unknown, hostPID: true }),
    violations: [`${title}: hostPID is true`],
    unknown: "spec.template.spec.hostNetwork",
  },
]);
