import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { chartArgs, type ChartSource, checkChart } from "../plan/charts";
import { replicasRule } from "../plan/replicas";
import { check } from "../plan/rule";
import {
  archivedWarning,
  ingressCharts,
  balancerAddress,
  ingressClassName,
  type IngressController,
  ingressControllerName,
  ingressNamespace,
  ingressServiceNames,
  type IngressPlan,
  ingressValues,
} from "../plan/ingress";

/** Arguments of {@link Ingress}. */
export interface IngressArgs extends IngressPlan {
  /** Program that serves the Ingresses. */
  controller: IngressController;
  /** Its chart. @default ingressCharts */
  chart?: ChartSource;
  /** More values for the chart, over those of this component: images of a mirror, for instance. @default none */
  values?: Record<string, unknown>;
}

/** Seconds for images, pods and the cloud's load balancer. */
const releaseTimeoutSeconds = 600;

/**
 * The ingress controller, behind an IngressClass that keeps its name, `nginx`, whichever program serves it.
 * @throws Error when an argument breaks its rule; nothing is created then
 */
export class Ingress extends pulumi.ComponentResource {
  /** Name for `ingressClassName`, known once the controller is ready. */
  readonly className: pulumi.Output<string>;
  /** DNS name or IP address of its load balancer, known once there is one; empty where it has none. */
  readonly address: pulumi.Output<string>;

  constructor(name: string, args: IngressArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:index:Ingress", name, {}, options);
    const { controller, chart = ingressCharts[controller], values = {}, ...plan } = args;
    checkChart("chart", chart);
    check(replicasRule, "replicas", plan.replicas);
    if (controller === "ingress-nginx") void pulumi.log.warn(archivedWarning, this);

    const namespace = new k8s.core.v1.Namespace(
      name,
      {
        metadata: {
          name: ingressNamespace,
          // The archived one needs a capability that "restricted" does not grant.
          labels: {
            "pod-security.kubernetes.io/enforce": controller === "traefik" ? "restricted" : "baseline",
          },
        },
      },
      { parent: this },
    );
    const ingressClass = new k8s.networking.v1.IngressClass(
      name,
      {
        metadata: {
          name: ingressClassName,
          annotations: { "ingressclass.kubernetes.io/is-default-class": "true" },
        },
        spec: { controller: ingressControllerName },
      },
      { parent: this },
    );
    const release = new k8s.helm.v3.Release(
      name,
      {
        ...chartArgs(chart),
        name: controller,
        namespace: namespace.metadata.name,
        values: { ...ingressValues(controller, plan), ...values },
        timeout: releaseTimeoutSeconds,
        skipAwait: false,
        // Its custom resources are not used, and would have to be upgraded by hand.
        skipCrds: true,
      },
      { parent: this, dependsOn: ingressClass },
    );
    this.className = release.id.apply(() => ingressClassName);
    this.address =
      plan.serviceType === "LoadBalancer" ? this.balancer(name, controller, release) : pulumi.output("");
    this.registerOutputs({ className: this.className, address: this.address });
  }

  // The release is there only once its Service has a balancer: Helm waits for that.
  private balancer(
    name: string,
    controller: IngressController,
    release: pulumi.CustomResource,
  ): pulumi.Output<string> {
    const id = release.id.apply(() => `${ingressNamespace}/${ingressServiceNames[controller]}`);
    const service = k8s.core.v1.Service.get(`${name}-balancer`, id, { parent: this, dependsOn: release });
    return service.status.apply(balancerAddress);
  }
}
