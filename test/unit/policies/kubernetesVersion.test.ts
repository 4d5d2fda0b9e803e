import { kubernetesVersion } from "../../../policies/rules/kubernetesVersion";
import { awsTypes } from "../../../policies/shared/resourceTypes";
import { describeResourceRule } from "./describeRule";
import { unknown } from "./examine";

const good = { type: awsTypes.eksCluster, name: "eks", props: { version: "1.36" } };
const version = (text: string) => (): object => ({ version: text });

describeResourceRule(
  kubernetesVersion,
  good,
  [
    {
      title: "refuses a version that nobody pins",
      change: () => ({}),
      violations: ['Cluster "eks": version is not set, must be a release such as "1.36"'],
    },
    {
      title: "refuses a version whose support has ended",
      change: version("1.33"),
      violations: [
        'Cluster "eks": version "1.33" is out of support since 2026-07-29, must be supported for 30 days more',
      ],
    },
    {
      title: "takes extended support where it is configured",
      change: version("1.33"),
      config: { extendedSupport: true },
    },
    {
      title: "refuses a version whose support ends soon",
      change: version("1.34"),
      violations: [
        'Cluster "eks": version "1.34" is supported until 2026-12-02, 8 days from now, must be supported for 30 days more',
      ],
    },
    {
      title: "takes it with less to spare",
      change: version("1.34"),
      config: { marginDays: 8 },
    },
    {
      title: "refuses a version that it does not know",
      change: version("1.99"),
      violations: ['Cluster "eks": version "1.99" has no known end of support: set endDates for it'],
    },
    {
      title: "takes an end that is configured",
      change: version("1.99"),
      config: { endDates: { "1.99": "2027-11-24" } },
    },
    { title: "says that the version is unknown", change: version(unknown), unknown: "version" },
  ],
  { today: "2026-11-24" },
);
