import { imagePinnedInRelease } from "../../../policies/rules/imagePinnedInRelease";
import { kubernetesTypes } from "../../../policies/shared/resourceTypes";
import { describeResourceRule } from "./describeRule";
import { unknown } from "./examine";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
const good = {
  type: kubernetesTypes.release,
  name: "app",
  props: {
    chart: "chart",
    values: {
      images: { application: `app:1.2.3@${digest}`, redis: "" },
      controller: { image: { registry: "registry.k8s.io", repository: "controller", tag: "v1", digest } },
      imagePullSecrets: [],
      replicas: 2,
    },
  },
};
const values = (change: object) => (): object => ({ values: change });

describeResourceRule(imagePinnedInRelease, good, [
  { title: "takes digests where they are required", config: { requireDigest: true } },
  {
    title: "refuses latest",
    change: values({ images: { application: "app:latest" } }),
    violations: ['Release "app": values.images.application is "app:latest": its tag is latest'],
  },
  {
    title: "puts an image together from its parts",
    change: values({ a: { image: { registry: "r.example.com", repository: "x", tag: "1" } } }),
    config: { requireDigest: true },
    violations: ['Release "app": values.a.image is "r.example.com/x:1": it has no digest'],
  },
  {
    title: "leaves the tag to the chart where only its repository is another",
    change: values({ list: [{ image: { repository: "mirror/x" } }] }),
  },
  {
    title: "refuses that where digests are required",
    change: values({ list: [{ image: { repository: "mirror/x" } }] }),
    config: { requireDigest: true },
    violations: ['Release "app": values.list.0.image is "mirror/x": it has no digest'],
  },
  {
    title: "leaves alone what is about all images",
    change: values({ images: { registry: "r.example.com", pullPolicy: "Always" } }),
  },
  { title: "takes a release without values", change: () => ({}) },
  {
    title: "looks at the other images when one is unknown",
    change: values({ images: { application: unknown, redis: "redis" } }),
    violations: ['Release "app": values.images.redis is "redis": it has no tag'],
    unknown: "values.images.application",
  },
]);
