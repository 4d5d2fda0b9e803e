import { certManagerNamespace } from "./certManager";
import { ingressNamespace } from "./ingress";
import type { Rule } from "./rule";

/** Namespaces of other things; `kube-` is Kubernetes' own, as its page on namespaces says. */
const taken = ["default", certManagerNamespace, ingressNamespace];

/** Namespace of the application: a DNS label, and nobody else's. */
export const namespaceRule: Rule = {
  says:
    "must start with a letter, end with a letter or digit, hold at most 20 lower-case letters, digits and hyphens, and be of the " +
    `application alone: not ${taken.join(", ")}, nor one that begins with kube-`,
  example: "lstm-pfd",
  holds: (name) =>
    /^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/.test(name) && !taken.includes(name) && !name.startsWith("kube-"),
};

/** Host of an Ingress: a DNS name of at least two labels. Kubernetes refuses an address there, and the last label of a name is no number. */
export const hostRule: Rule = {
  says: "must be a host name and no address, as in lstm-pfd.example.com",
  example: "lstm-pfd.example.com",
  holds: (host) =>
    host.length <= 253 &&
    /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(host),
};
