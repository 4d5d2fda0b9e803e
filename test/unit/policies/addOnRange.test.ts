import { ingressCharts } from "../../../plan/ingress";
import { addOnRange } from "../../../policies/rules/addOnRange";
import { awsTypes, kubernetesTypes } from "../../../policies/shared/resourceTypes";
import { describeStackRule } from "./describeRule";
import { type Sample, unknown } from "./examine";

const release = (chart: string, version: string | undefined): Sample => ({
  type: kubernetesTypes.release,
  name: "add-on",
  props: { chart, version },
});
const cluster: Sample = { type: awsTypes.eksCluster, name: "eks", props: { version: "1.36" } };
const chart = "oci://quay.io/jetstack/charts/cert-manager";
const { traefik } = ingressCharts;
const good = [cluster, release(chart, "v1.21.2"), release(traefik.chart, traefik.version)];

describeStackRule(addOnRange, good, [
  {
    title: "refuses a chart that is too old",
    change: () => [cluster, release(chart, "v1.20.0")],
    violations: [
      'Release "add-on": version "v1.20.0" of chart cert-manager is for Kubernetes 1.32 to 1.35, the cluster is 1.36',
    ],
  },
  {
    title: "refuses a cluster that is too old",
    config: { kubernetesVersion: "1.32" },
    violations: [
      'Release "add-on": version "v1.21.2" of chart cert-manager is for Kubernetes 1.33 to 1.36, the cluster is 1.32',
    ],
  },
  {
    title: "refuses a version that it does not know",
    change: () => [cluster, release("cert-manager", undefined)],
    violations: [
      'Release "add-on": version not set of chart cert-manager has no known range of Kubernetes versions (known: 1.13, 1.20, 1.21)',
    ],
  },
  {
    title: "refuses a cluster that is too new for the ingress controller",
    change: () => [cluster, release(traefik.chart, traefik.version)],
    config: { kubernetesVersion: "1.37" },
    violations: [
      'Release "add-on": version "41.3.0" of chart traefik is for Kubernetes 1.25 to 1.36, the cluster is 1.37',
    ],
  },
  {
    title: "takes a range that is configured",
    change: () => [cluster, release(traefik.chart, traefik.version)],
    config: { ranges: { traefik: { "41.3": ["1.20", "1.35"] } } },
    violations: [
      'Release "add-on": version "41.3.0" of chart traefik is for Kubernetes 1.20 to 1.35, the cluster is 1.36',
    ],
  },
  {
    title: "leaves charts alone that it does not know",
    change: () => [cluster, release("./chart", undefined)],
  },
  {
    title: "refuses a version that the preview does not know",
    change: () => [cluster, release("cert-manager", unknown)],
    violations: [
      'Release "add-on": version is not known before up, and a rule for stacks can stop a preview only: give it a plain value',
    ],
  },
  {
    title: "refuses a cluster whose version the preview does not know",
    change: () => [{ ...cluster, props: { version: unknown } }, release(chart, "v1.21.2")],
    violations: [
      'Cluster "eks": version is not known before up, and a rule for stacks can stop a preview only: give it a plain value',
    ],
  },
  {
    title: "has nothing to do without a cluster",
    change: () => [release(chart, "v1.13.0")],
    notApplicable: "no version of a cluster is known",
  },
]);
