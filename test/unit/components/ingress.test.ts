import assert from "node:assert/strict";
import { Ingress, type IngressArgs } from "../../../components/ingress";
import { awsLoadBalancerAnnotations, ingressCharts } from "../../../plan/ingress";
import { optionsOfOne, recordRegistrations } from "./aws/recordRegistrations";
import { refuses } from "./aws/refusal";
import { only } from "./recordResources";

const args: IngressArgs = {
  controller: "traefik",
  replicas: 2,
  serviceType: "LoadBalancer",
  serviceAnnotations: awsLoadBalancerAnnotations,
};
const release = "kubernetes:helm.sh/v3:Release";
const ingressClass = "kubernetes:networking.k8s.io/v1:IngressClass";
const namespace = "kubernetes:core/v1:Namespace";

function build(changes: Partial<IngressArgs> = {}) {
  return recordRegistrations(() => {
    new Ingress("ingress", { ...args, ...changes });
  });
}

describe("Ingress", () => {
  for (const controller of ["traefik", "ingress-nginx"] as const)
    it(`is the class nginx, whose name and controller stay, with ${controller}`, async () => {
      const { resources } = await build({ controller });
      const { metadata, spec } = only(resources, ingressClass, "ingress");
      assert.deepEqual(
        [(metadata as { name: string }).name, spec],
        ["nginx", { controller: "k8s.io/ingress-nginx" }],
      );
      const inputs = only(resources, release, "ingress");
      assert.deepEqual(
        [inputs["name"], inputs["chart"], inputs["version"], inputs["skipAwait"]],
        [controller, ingressCharts[controller].chart, ingressCharts[controller].version, false],
      );
    });

  it("has Traefik serve Ingresses and annotations of the class nginx, and nothing else", async () => {
    const { resources } = await build();
    const { values } = only(resources, release, "ingress") as { values: Record<string, object> };
    assert.deepEqual(values["providers"], {
      kubernetesCRD: { enabled: false },
      kubernetesIngress: { enabled: false },
      kubernetesIngressNGINX: {
        enabled: true,
        ingressClass: "nginx",
        controllerClass: "k8s.io/ingress-nginx",
        publishService: { enabled: true },
      },
    });
    assert.deepEqual(values["ingressClass"], { enabled: false });
    assert.deepEqual(values["service"], {
      annotations: awsLoadBalancerAnnotations,
      spec: { type: "LoadBalancer" },
    });
    assert.deepEqual(values["podDisruptionBudget"], { enabled: true, minAvailable: 1 });
  });

  it("needs no budget for one pod, and no address of a load balancer inside the cluster", async () => {
    const { resources } = await build({ replicas: 1, serviceType: "ClusterIP", serviceAnnotations: {} });
    const { values } = only(resources, release, "ingress") as {
      values: { podDisruptionBudget: object; providers: { kubernetesIngressNGINX: object } };
    };
    assert.deepEqual(values.podDisruptionBudget, { enabled: false });
    assert.deepEqual(values.providers.kubernetesIngressNGINX, {
      enabled: true,
      ingressClass: "nginx",
      controllerClass: "k8s.io/ingress-nginx",
      publishService: { enabled: false },
    });
  });

  it("has the class before the program that looks for it", async () => {
    const { waitsFor } = optionsOfOne(await build(), release, "ingress");
    assert.ok(waitsFor.some((urn) => urn.includes(ingressClass)));
  });

  it("admits only what its program needs", async () => {
    const level = async (controller: IngressArgs["controller"]) => {
      const { resources } = await build({ controller });
      const { metadata } = only(resources, namespace, "ingress") as {
        metadata: { labels: Record<string, string> };
      };
      return metadata.labels["pod-security.kubernetes.io/enforce"];
    };
    assert.equal(await level("traefik"), "restricted");
    assert.equal(await level("ingress-nginx"), "baseline");
  });

  it("takes a chart from a path, and values of a mirror over its own", async () => {
    const { resources } = await build({
      chart: { chart: "charts/traefik" },
      values: { image: { repository: "traefik" } },
    });
    const inputs = only(resources, release, "ingress");
    assert.deepEqual([inputs["chart"], inputs["version"]], ["charts/traefik", undefined]);
    assert.deepEqual((inputs["values"] as Record<string, unknown>)["image"], { repository: "traefik" });
  });

  for (const [changes, message] of [
    [{ replicas: 0.5 }, 'replicas is "0.5": must be a whole number from 1 to 50'],
    [
      { chart: { chart: "traefik", repository: "http://charts.example.com", version: "1.2.3" } },
      'chart.repository is "http://charts.example.com": must be an https URL',
    ],
    [
      { chart: { chart: "traefik", repository: "https://charts.example.com", version: "latest" } },
      'chart.version is "latest": must be an exact version, as in 1.2.3',
    ],
    [
      {
        chart: {
          chart: "oci://charts.example.com/traefik",
          repository: "https://charts.example.com",
          version: "1.2.3",
        },
      },
      'chart.repository is "https://charts.example.com": must be left out, because oci://charts.example.com/traefik names its place',
    ],
  ] satisfies [Partial<IngressArgs>, string][])
    it(`refuses: ${message}`, () => refuses(() => new Ingress("ingress", { ...args, ...changes }), message));

  it("says where its balancer is reached, and asks only where there is one", async () => {
    for (const [serviceType, controller, asked] of [
      ["LoadBalancer", "traefik", ["ingress/traefik"]],
      ["LoadBalancer", "ingress-nginx", ["ingress/ingress-nginx-controller"]],
      ["NodePort", "traefik", []],
      ["ClusterIP", "traefik", []],
    ] as const) {
      const ids: string[] = [];
      let address = "";
      await recordRegistrations(
        () => {
          const ingress = new Ingress("ingress", { ...args, serviceType, controller });
          ingress.address.apply((known) => (address = known));
        },
        {
          "kubernetes:core/v1:Service": ({ id = "" }) => {
            ids.push(id);
            return { status: { loadBalancer: { ingress: [{ hostname: "balancer.example.com" }] } } };
          },
        },
      );
      assert.deepEqual(
        [ids, address],
        [asked, asked.length === 0 ? "" : "balancer.example.com"],
        serviceType,
      );
    }
  });
});
