/** As much of the objects of Kubernetes as is looked at, in the form in which kubectl prints them as JSON. */

/** Metadata of any object. */
export interface Metadata {
  name: string;
  namespace?: string;
  labels?: Record<string, string>;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  ownerReferences?: { kind: string; name: string }[];
  managedFields?: { manager?: string; fieldsV1?: object }[];
}

/** A condition of any object. */
export interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
}

/** How a container ended. */
export interface Terminated {
  exitCode?: number;
  reason?: string;
  message?: string;
  finishedAt?: string;
}

/** What a container does. */
export interface ContainerStatus {
  name: string;
  ready?: boolean;
  restartCount?: number;
  state?: { waiting?: { reason?: string; message?: string }; running?: object; terminated?: Terminated };
  lastState?: { terminated?: Terminated };
}

/** A pod. */
export interface Pod {
  metadata: Metadata;
  spec?: {
    nodeName?: string;
    containers?: { name: string }[];
    initContainers?: { name: string }[];
    volumes?: { persistentVolumeClaim?: { claimName: string } }[];
  };
  status?: {
    phase?: string;
    reason?: string;
    message?: string;
    conditions?: Condition[];
    initContainerStatuses?: ContainerStatus[];
    containerStatuses?: ContainerStatus[];
  };
}

/** A node. */
export interface NodeObject {
  metadata: Metadata;
  spec?: { unschedulable?: boolean };
  status?: { conditions?: Condition[] };
}

/** A PersistentVolumeClaim. */
export interface Claim {
  metadata: Metadata;
  spec?: { storageClassName?: string; resources?: { requests?: { storage?: string } } };
  status?: { phase?: string; conditions?: Condition[] };
}

/** An event. */
export interface KubernetesEvent {
  metadata: Metadata;
  type?: string;
  reason?: string;
  message?: string;
  involvedObject?: { kind?: string; name?: string; namespace?: string };
  lastTimestamp?: string | null;
  eventTime?: string | null;
}

/** A Deployment or StatefulSet. */
export interface Workload {
  kind: string;
  metadata: Metadata;
  spec?: { replicas?: number };
  status?: { readyReplicas?: number; conditions?: Condition[] };
}

/** A HorizontalPodAutoscaler. */
export interface Autoscaler {
  metadata: Metadata;
  spec?: { scaleTargetRef?: { kind?: string; name?: string } };
}

/** A CronJob. */
export interface CronJob {
  metadata: Metadata;
  spec?: { schedule?: string; timeZone?: string; suspend?: boolean; startingDeadlineSeconds?: number };
  status?: { lastScheduleTime?: string; active?: object[] };
}

/** A Job. */
export interface Job {
  metadata: Metadata;
  status?: { conditions?: Condition[]; startTime?: string };
}

/** A Certificate of cert-manager. */
export interface Certificate {
  metadata: Metadata;
  spec?: { dnsNames?: string[] };
  status?: { conditions?: Condition[]; notAfter?: string };
}

/** A Service. */
export interface Service {
  metadata: Metadata;
  spec?: { type?: string };
  status?: { loadBalancer?: { ingress?: { hostname?: string; ip?: string }[] } };
}

/** An Ingress. */
export interface Ingress {
  metadata: Metadata;
  spec?: { rules?: { host?: string }[] };
}

/** A configuration of admission webhooks. */
export interface WebhookConfiguration {
  metadata: Metadata;
  webhooks?: {
    name: string;
    failurePolicy?: string;
    clientConfig?: { service?: { namespace: string; name: string } };
  }[];
}

/** An EndpointSlice. */
export interface EndpointSlice {
  metadata: Metadata;
  endpoints?: { conditions?: { ready?: boolean } }[] | null;
}

/** A CustomResourceDefinition or an APIService. */
export interface Extension {
  metadata: Metadata;
  status?: { conditions?: Condition[] };
}

/** Where an object is, for people and as a key: `namespace/name`. */
export function placeOf({ namespace, name }: Metadata): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** The condition of a type. */
export function conditionOf(
  conditions: readonly Condition[] | undefined,
  type: string,
): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** When an event was seen last, milliseconds since 1970; 0 where it does not say. */
export function timeOf({ lastTimestamp, eventTime, metadata }: KubernetesEvent): number {
  return Date.parse(lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? "") || 0;
}

/** The newest event about an object that has one of these reasons; of any object of the kind where no name is given. */
export function newestEvent(
  events: readonly KubernetesEvent[],
  { kind, name, namespace }: { kind: string; name: string; namespace?: string | undefined },
  reasons: readonly string[],
): KubernetesEvent | undefined {
  return events
    .filter(
      ({ reason = "", involvedObject, metadata }) =>
        involvedObject?.kind === kind &&
        involvedObject.name === name &&
        (namespace === undefined || (involvedObject.namespace ?? metadata.namespace) === namespace) &&
        reasons.includes(reason),
    )
    .sort((a, b) => timeOf(b) - timeOf(a))[0];
}
