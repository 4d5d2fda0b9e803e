import assert from "node:assert/strict";
import { ingressValues } from "../../../../plan/ingress";
import { type KubernetesObject, lint, renderChart, withHelm } from "../../chart/rendered";

const image = { reference: "docker.io/lstm-pfd/traefik:1" };

/** As much of a pod as the tests look at. */
interface PodSpec {
  containers: { image: string; args: string[] }[];
  securityContext: object;
}

describe("the embedded chart of Traefik", () => {
  withHelm();

  const render = (values: object): KubernetesObject[] =>
    renderChart("local-cloud/charts/traefik", "ingress", values);
  const specOf = (objects: KubernetesObject[], kind: string): KubernetesObject["spec"] => {
    const [found, ...more] = objects.filter((object) => object.kind === kind);
    assert.equal(more.length, 0);
    return found?.spec ?? {};
  };

  it("takes the values that Ingress gives to Traefik's own chart", () => {
    const objects = render({
      ...ingressValues("traefik", { replicas: 2, serviceType: "NodePort", serviceAnnotations: {} }),
      image,
    });
    const { replicas, template } = specOf(objects, "Deployment") as {
      replicas: number;
      template: { spec: PodSpec };
    };
    const [container] = template.spec.containers;
    assert.deepEqual([replicas, container?.image], [2, image.reference]);
    for (const argument of [
      "--providers.kubernetesingressnginx=true",
      "--providers.kubernetesingressnginx.controllerclass=k8s.io/ingress-nginx",
      "--providers.kubernetesingressnginx.ingressclass=nginx",
    ])
      assert.ok(container?.args.includes(argument), argument);
    const { type, ports } = specOf(objects, "Service") as { type: string; ports: { port: number }[] };
    assert.deepEqual([type, ports.map(({ port }) => port)], ["NodePort", [80, 443]]);
  });

  it("is one that Helm has nothing to say against", () => {
    lint("local-cloud/charts/traefik", { image });
  });

  it("admits itself where only the restricted may run", () => {
    const { template } = specOf(render({ image }), "Deployment") as {
      replicas: number;
      template: { spec: PodSpec };
    };
    assert.deepEqual(template.spec.securityContext, {
      runAsGroup: 65532,
      runAsNonRoot: true,
      runAsUser: 65532,
      seccompProfile: { type: "RuntimeDefault" },
    });
  });

  it("has no image by default, and says so", () => {
    assert.throws(() => render({}), /image\.reference is required: the image with Traefik/);
  });
});
