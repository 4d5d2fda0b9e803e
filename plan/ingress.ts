import type { ChartSource } from "./charts";

/** Programs that can serve the Ingresses. */
export type IngressController = "traefik" | "ingress-nginx";

/** Class of the Ingresses: it stays when the program behind it changes. */
export const ingressClassName = "nginx";
/** What an IngressClass names; both programs answer to it. */
export const ingressControllerName = "k8s.io/ingress-nginx";

/** Namespace of the program, whichever it is. */
export const ingressNamespace = "ingress";

/** Name of the program's Service, which serves TLS at port 443. */
export const ingressServiceNames: Record<IngressController, string> = {
  traefik: "traefik",
  "ingress-nginx": "ingress-nginx-controller",
};

/** Name of the program's Service inside the cluster. */
export function ingressService(controller: IngressController): string {
  return `${ingressServiceNames[controller]}.${ingressNamespace}.svc`;
}

/** Where a balancer is reached, as a Service's status says it: its name, or its address where it has no name. */
export function balancerAddress(
  status: { loadBalancer?: { ingress?: { hostname?: string; ip?: string }[] } } | undefined,
): string {
  const [first] = status?.loadBalancer?.ingress ?? [];
  return first?.hostname ?? first?.ip ?? "";
}

/** Charts of the two programs. The second is the last that there will be. */
export const ingressCharts: Record<IngressController, ChartSource> = {
  traefik: { chart: "oci://ghcr.io/traefik/helm/traefik", version: "41.3.0" },
  "ingress-nginx": {
    chart: "ingress-nginx",
    repository: "https://kubernetes.github.io/ingress-nginx",
    version: "4.15.1",
  },
};

/** Printed when the choice is one that no one maintains any more. */
export const archivedWarning =
  "ingress-nginx is archived since 24 March 2026: no releases, no security fixes; its last version was tested on Kubernetes up to 1.35. Set ingressController to traefik, which serves the same Ingresses and annotations.";

/** What the values of the release depend on. */
export interface IngressPlan {
  replicas: number;
  /** Ingress endpoint of the application. */
  serviceType: "LoadBalancer" | "NodePort" | "ClusterIP";
  /** Annotations of the Service, for the cloud's load balancer. */
  serviceAnnotations: Record<string, string>;
}

/** Annotations by which EKS Auto Mode makes a public network load balancer that leads straight to the pods. */
export const awsLoadBalancerAnnotations: Record<string, string> = {
  "service.beta.kubernetes.io/aws-load-balancer-scheme": "internet-facing",
  "service.beta.kubernetes.io/aws-load-balancer-nlb-target-type": "ip",
};

const resources = { requests: { cpu: "50m", memory: "96Mi" }, limits: { memory: "256Mi" } };

/** Values of the release. The class is not the chart's: it outlives the choice of the program. */
export function ingressValues(controller: IngressController, plan: IngressPlan): Record<string, unknown> {
  return controller === "traefik" ? traefikValues(plan) : ingressNginxValues(plan);
}

function traefikValues({ replicas, serviceType, serviceAnnotations }: IngressPlan): Record<string, unknown> {
  return {
    deployment: { replicas },
    podDisruptionBudget: replicas > 1 ? { enabled: true, minAvailable: 1 } : { enabled: false },
    ingressClass: { enabled: false },
    providers: {
      kubernetesCRD: { enabled: false },
      kubernetesIngress: { enabled: false },
      kubernetesIngressNGINX: {
        enabled: true,
        ingressClass: ingressClassName,
        controllerClass: ingressControllerName,
        publishService: { enabled: serviceType === "LoadBalancer" },
      },
    },
    global: { checkNewVersion: false, sendAnonymousUsage: false },
    api: { dashboard: false },
    service: { annotations: serviceAnnotations, spec: { type: serviceType } },
    podSecurityContext: {
      runAsGroup: 65532,
      runAsNonRoot: true,
      runAsUser: 65532,
      seccompProfile: { type: "RuntimeDefault" },
    },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: "topology.kubernetes.io/zone",
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: { "app.kubernetes.io/name": "traefik" } },
      },
    ],
    resources,
  };
}

function ingressNginxValues({
  replicas,
  serviceType,
  serviceAnnotations,
}: IngressPlan): Record<string, unknown> {
  return {
    controller: {
      replicaCount: replicas,
      ingressClass: ingressClassName,
      ingressClassResource: {
        enabled: false,
        name: ingressClassName,
        controllerValue: ingressControllerName,
      },
      service: { type: serviceType, annotations: serviceAnnotations },
      // Its webhook would refuse Ingresses while no pod of it runs.
      admissionWebhooks: { enabled: false },
      resources,
    },
  };
}
