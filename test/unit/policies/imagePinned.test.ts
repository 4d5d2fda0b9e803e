import { imagePinned } from "../../../policies/rules/imagePinned";
import { describeResourceRule } from "./describeRule";
import { unknown } from "./examine";
import { containerTitle, goodDeployment, withContainer } from "./podSample";

const image = (reference: string | undefined) => withContainer({ image: reference });
const message = (reference: string, wrong: string): string =>
  `${containerTitle}: image "${reference}": ${wrong}`;

describeResourceRule(imagePinned, goodDeployment, [
  { title: "takes a tag", change: image("redis:7.4.1") },
  { title: "takes a port in the registry's name", change: image("registry:5000/redis:7.4.1") },
  {
    title: "refuses no tag",
    change: image("registry:5000/redis"),
    violations: [message("registry:5000/redis", "it has no tag")],
  },
  {
    title: "refuses latest",
    change: image("redis:latest"),
    violations: [message("redis:latest", "its tag is latest")],
  },
  { title: "refuses no image", change: image(undefined), violations: [message("", "it is not set")] },
  {
    title: "refuses a tag where digests are required",
    change: image("redis:7.4.1"),
    config: { requireDigest: true },
    violations: [message("redis:7.4.1", "it has no digest")],
  },
  { title: "takes a digest where digests are required", config: { requireDigest: true } },
  {
    title: "refuses a digest that is cut off",
    change: image("redis@sha256:0123"),
    violations: [message("redis@sha256:0123", "its digest is not a SHA-256")],
  },
  {
    title: "says that the image is unknown",
    change: image(unknown),
    unknown: "spec.template.spec.containers.0.image",
  },
]);
