import { checkScaling } from "./replicas";

/** What the values depend on. */
export interface ProductionPlan {
  /** Namespace of the ingress controller. */
  ingressNamespace: string;
  /** Pods at the least and at the most, by workload. */
  dashboard: { minReplicas: number; maxReplicas: number };
  worker: { minReplicas: number; maxReplicas: number };
}

/** Share of its requested CPU at which a workload gets one more pod, percent. */
const targetCpuPercent = 70;

/** Values of the chart for a cluster with several nodes, metrics, and a network that enforces policies. */
export function productionValues(plan: ProductionPlan): {
  highAvailability: { enabled: true };
  networkPolicies: Record<string, unknown>;
  dashboard: { autoscaling: Record<string, unknown> };
  worker: { autoscaling: Record<string, unknown> };
} {
  const { ingressNamespace, dashboard, worker } = plan;
  for (const [name, { minReplicas, maxReplicas }] of Object.entries({ dashboard, worker }))
    checkScaling(`${name}.minReplicas`, minReplicas, `${name}.maxReplicas`, maxReplicas);
  return {
    highAvailability: { enabled: true },
    networkPolicies: { enabled: true, ingressNamespace },
    dashboard: { autoscaling: { enabled: true, ...dashboard, targetCpuPercent } },
    worker: { autoscaling: { enabled: true, ...worker, targetCpuPercent } },
  };
}
