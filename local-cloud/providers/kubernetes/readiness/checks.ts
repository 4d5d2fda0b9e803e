import type { Kind } from "../kinds";
import {
  claimReadiness,
  definitionReadiness,
  quotaReadiness,
  secretReadiness,
  serviceReadiness,
  volumeReadiness,
} from "./others";
import { podReadiness } from "./pod";
import type { ReadinessCheck } from "./readiness";
import {
  daemonSetReadiness,
  deploymentReadiness,
  jobReadiness,
  replicationControllerReadiness,
  statefulSetReadiness,
} from "./workloads";

interface Check {
  check: ReadinessCheck;
  /** Also when the object is only read: it may have become unhealthy. */
  onRead: boolean;
}

const CHECKS: Record<string, Check> = {
  "apps/DaemonSet": { check: daemonSetReadiness, onRead: true },
  "apps/Deployment": { check: deploymentReadiness, onRead: true },
  "apps/StatefulSet": { check: statefulSetReadiness, onRead: true },
  "batch/Job": { check: jobReadiness, onRead: true },
  "apiextensions.k8s.io/CustomResourceDefinition": { check: definitionReadiness, onRead: false },
  "/PersistentVolume": { check: volumeReadiness, onRead: false },
  "/PersistentVolumeClaim": { check: claimReadiness, onRead: false },
  "/Pod": { check: podReadiness, onRead: true },
  "/ReplicationController": { check: replicationControllerReadiness, onRead: false },
  "/ResourceQuota": { check: quotaReadiness, onRead: false },
  "/Secret": { check: secretReadiness, onRead: false },
  "/Service": { check: serviceReadiness, onRead: true },
};

/** How the readiness of a kind is told; undefined for kinds that are ready once they exist. */
export function readinessCheck({ group, kind }: Kind): Check | undefined {
  return CHECKS[`${group}/${kind}`];
}
