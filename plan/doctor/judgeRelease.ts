import type { Answers, ReleaseRecord } from "./facts";
import { type Context, type Finding, npmRun, oneLine } from "./finding";
import { judgeExpiry } from "./judgeExpiry";
import {
  type Certificate,
  conditionOf,
  type Extension,
  type Ingress,
  placeOf,
  type Service,
} from "./kubernetes";

/** Helm releases that were left half-way. */
export function judgeReleases(records: readonly ReleaseRecord[], context: Context): Finding[] {
  const newest = new Map<string, ReleaseRecord>();
  for (const record of records) {
    const key = `${record.namespace}/${record.name}`;
    if (record.revision > (newest.get(key)?.revision ?? -1)) newest.set(key, record);
  }
  return [...newest.values()].flatMap(({ namespace, name, status, revision }): Finding[] => {
    if (status === "deployed" || status === "superseded" || status === "uninstalled") return [];
    const pending = status.startsWith("pending") || status === "uninstalling";
    const before = records.some(
      (each) => each.namespace === namespace && each.name === name && each.revision < revision,
    );
    return [
      {
        severity: "at risk",
        what: pending ? `Helm release ${name} is stuck: ${status}` : `Helm release ${name} is ${status}`,
        evidence: `revision ${revision} in namespace ${namespace} is ${status}`,
        todo: pending
          ? before
            ? "if no up is under way, go back to the revision before; then run up"
            : "if no up is under way, remove the record of the revision that never came to its end; then run up"
          : "run up: it tries again, and says why it fails",
        command: pending
          ? before
            ? `helm -n ${namespace} rollback ${name}`
            : `kubectl -n ${namespace} delete secret sh.helm.release.v1.${name}.v${revision}`
          : npmRun(context, "up"),
        about: [`release/${name}`, "releases"],
        becauseOf: ["lock", `pods/${namespace}`, "quota", "nodes", "webhooks"],
      },
    ];
  });
}

/** Admission webhooks behind which nobody answers. */
export function judgeWebhooks({ configurations, endpoints }: Answers["webhooks"]): Finding[] {
  const ready = new Set(
    endpoints
      .filter((slice) => (slice.endpoints ?? []).some(({ conditions }) => conditions?.ready !== false))
      .map(
        ({ metadata }) =>
          `${metadata.namespace ?? ""}/${metadata.labels?.["kubernetes.io/service-name"] ?? ""}`,
      ),
  );
  const known = new Set(endpoints.map(({ metadata }) => metadata.namespace ?? ""));
  const seen = new Set<string>();
  return configurations.flatMap(({ metadata, webhooks = [] }) =>
    webhooks.flatMap(({ name, failurePolicy = "Fail", clientConfig }): Finding[] => {
      const service = clientConfig?.service;
      // Of other namespaces nothing was asked.
      if (
        service === undefined ||
        !known.has(service.namespace) ||
        ready.has(`${service.namespace}/${service.name}`)
      )
        return [];
      if (failurePolicy === "Ignore" || seen.has(`${service.namespace}/${service.name}`)) return [];
      seen.add(`${service.namespace}/${service.name}`);
      return [
        {
          severity: "at risk",
          what: `webhook ${name} does not answer: what it must allow is refused`,
          evidence: `${metadata.name}: Service ${service.namespace}/${service.name} has no pod that is ready`,
          todo: "look at the pods behind it",
          command: `kubectl -n ${service.namespace} get pods`,
          about: ["webhooks", `webhook/${name}`],
          becauseOf: [`pods/${service.namespace}`, "nodes", "quota"],
        },
      ];
    }),
  );
}

/** Resource definitions that are not served, and extensions of the API that do not answer. */
export function judgeExtensions(extensions: readonly Extension[]): Finding[] {
  return extensions.flatMap(({ metadata: { name }, status }): Finding[] => {
    const faults = ["Established", "NamesAccepted", "Available"].flatMap((type) => {
      const condition = conditionOf(status?.conditions, type);
      return condition?.status === "False" ? [condition] : [];
    });
    const [fault] = faults;
    if (fault === undefined) return [];
    const service = fault.type === "Available";
    return [
      {
        severity: "at risk",
        what: service
          ? `extension ${name} of the API does not answer`
          : `resource definition ${name} is not served`,
        evidence: oneLine(`${fault.type} is False: ${fault.reason ?? ""}: ${fault.message ?? ""}`),
        todo: service
          ? "look at the Service behind it; while it is away, namespaces cannot be removed"
          : "bring back what defines it: run up, which installs the chart",
        command: `kubectl describe ${service ? "apiservice" : "crd"} ${name}`,
        about: ["extensions"],
        becauseOf: ["nodes"],
      },
    ];
  });
}

/** Certificates of cert-manager that are not ready, or should have been renewed. */
export function judgeCertificates(certificates: readonly Certificate[], context: Context): Finding[] {
  return certificates.flatMap(({ metadata, spec, status }): Finding[] => {
    const { name, namespace = context.namespace } = metadata;
    const command = `kubectl -n ${namespace} describe certificate,certificaterequest,order,challenge`;
    const about = [`certificate/${placeOf(metadata)}`];
    const ready = conditionOf(status?.conditions, "Ready");
    const issuing = conditionOf(status?.conditions, "Issuing");
    const becauseOf = ["dns/application", "ingress", "pods/cert-manager", "webhooks", "pods/ingress"];
    const expiring = judgeExpiry(
      status?.notAfter === undefined ? undefined : { validTo: new Date(status.notAfter) },
      context.now,
      {
        what: `certificate ${name}`,
        at: (spec?.dnsNames ?? []).join(", "),
        todo: "cert-manager should have renewed it by now: see why its order does not come to an end",
        command,
        about,
      },
    ).map((finding) => ({ ...finding, becauseOf }));
    if (expiring.length > 0) return expiring;
    if (ready?.status === "True" || ready === undefined) return [];
    return [
      {
        severity: "down",
        what: `certificate ${name} is not ready`,
        evidence: oneLine(
          `${ready.reason ?? ""}: ${(issuing?.reason === "Failed" ? issuing.message : undefined) ?? ready.message ?? ""}`,
        ),
        todo: "see which step of its order waits: most often the DNS does not lead to this site yet, or the issuer's limit is reached",
        command,
        about,
        becauseOf,
      },
    ];
  });
}

/** Ingresses that nobody can reach from outside. */
export function judgeIngress(
  ingresses: readonly Ingress[],
  services: readonly Service[],
  context: Context,
): Finding[] {
  const [ingress] = ingresses;
  if (ingress === undefined) return [];
  const hosts = ingresses
    .flatMap(({ spec }) => spec?.rules?.flatMap(({ host }) => host ?? []) ?? [])
    .join(", ");
  const balancers = services.filter(({ spec }) => spec?.type === "LoadBalancer");
  if (services.length === 0)
    return [
      {
        severity: "down",
        what: "there is no ingress controller: nobody serves the Ingress",
        evidence: `Ingress ${placeOf(ingress.metadata)} for ${hosts}; namespace ingress has no Service`,
        todo: "run up, which installs it",
        command: npmRun(context, "up"),
        about: ["ingress"],
        becauseOf: ["releases"],
      },
    ];
  return balancers
    .filter(({ status }) => (status?.loadBalancer?.ingress ?? []).length === 0)
    .map(({ metadata }) => ({
      severity: "down",
      what: "the Ingress has no address: its load balancer was not made",
      evidence: `Service ${placeOf(metadata)} has no status.loadBalancer.ingress; it is for ${hosts}`,
      todo: "see what the cloud says: quota of balancers or addresses, rights of its controller, tags of the subnets",
      command: `kubectl -n ${metadata.namespace ?? "ingress"} describe service ${metadata.name}`,
      about: ["ingress"],
      becauseOf: ["pods/ingress", "nodes"],
    }));
}
