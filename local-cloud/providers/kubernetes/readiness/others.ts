import { isSame } from "../../framework/differences";
import { at, listAt, objectAt, textAt, type Json } from "../json";
import { READY, waitingFor, type Readiness, type Surroundings } from "./readiness";

/** Milliseconds after which a Service without any pod counts as meant so: its pods may come only later. */
const SETTLED_MS = 10_000;

/** A Service is ready when none of its pods is still to become ready, and a load balancer has an address. */
export async function serviceReadiness(live: Json, surroundings: Surroundings): Promise<Readiness> {
  const type = textAt(live, "spec", "type");
  if (type === "LoadBalancer" && listAt(live, "status", "loadBalancer", "ingress").length === 0)
    return waitingFor("an address of the load balancer");
  const selector = objectAt(live, "spec", "selector");
  const withoutPods = type === "ExternalName" || textAt(live, "spec", "clusterIP") === "None";
  if (withoutPods || Object.keys(selector).length === 0) return READY;
  const name = textAt(live, "metadata", "name");
  const slices = await surroundings.list("EndpointSlice", `kubernetes.io/service-name=${name}`);
  const endpoints = slices.flatMap((slice) => listAt(slice, "endpoints"));
  const pending = endpoints.filter((endpoint) => at(endpoint, "conditions", "ready") === false).length;
  if (pending === 0 && (endpoints.length > 0 || surroundings.waitedMs > SETTLED_MS)) return READY;
  return waitingFor(
    endpoints.length === 0
      ? "pods that the selector chooses"
      : `pods to become ready: ${pending} of ${endpoints.length} are not`,
  );
}

/** A PersistentVolumeClaim is ready when it is bound, or when its class binds only for the first pod. */
export async function claimReadiness(live: Json, surroundings: Surroundings): Promise<Readiness> {
  const phase = textAt(live, "status", "phase");
  if (phase === "Bound") return READY;
  const name = textAt(live, "spec", "storageClassName");
  const storageClass = name === "" ? undefined : await surroundings.get("StorageClass", name);
  if (phase === "Pending" && textAt(storageClass, "volumeBindingMode") === "WaitForFirstConsumer")
    return READY;
  if (name === "") return waitingFor("a storage class: the claim names none, and the cluster has no default");
  if (storageClass === undefined) return waitingFor(`the storage class ${name}, which does not exist`);
  return waitingFor(`a volume of the storage class ${name}`);
}

/** A PersistentVolume is ready when it can be claimed, or is. */
export function volumeReadiness(live: Json): Readiness {
  const phase = textAt(live, "status", "phase");
  return ["Available", "Bound"].includes(phase)
    ? READY
    : waitingFor(`the volume, which is ${phase || "new"}`);
}

/** A ResourceQuota is ready when its controller counts by it. */
export function quotaReadiness(live: Json): Readiness {
  const counted = isSame(objectAt(live, "spec", "hard"), objectAt(live, "status", "hard"));
  return counted ? READY : waitingFor("the quota's controller");
}

/** A Secret for a service account is ready when its token is there; every other one at once. */
export function secretReadiness(live: Json): Readiness {
  if (textAt(live, "type") !== "kubernetes.io/service-account-token") return READY;
  return Object.keys(objectAt(live, "data")).length > 0 ? READY : waitingFor("the service account's token");
}

/** A CustomResourceDefinition is ready when the API server serves its kind: what is made next may be of it. */
export function definitionReadiness(live: Json): Readiness {
  const established = listAt(live, "status", "conditions").some(
    (condition) => textAt(condition, "type") === "Established" && textAt(condition, "status") === "True",
  );
  return established ? READY : waitingFor("the API server to serve the new kind");
}
