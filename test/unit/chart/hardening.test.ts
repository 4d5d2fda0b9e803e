import assert from "node:assert/strict";
import { ingressEndpointValues } from "../../../plan/ingressEndpoint";
import { productionValues } from "../../../plan/applicationValues";
import { type KubernetesObject, lint, needed, render, withHelm } from "./rendered";

const hardening = {
  ...ingressEndpointValues({ host: "lstm-pfd.example.com" }),
  ...productionValues({
    ingressNamespace: "ingress",
    database: { ownNodes: false, window: false },
    dashboard: { minReplicas: 2, maxReplicas: 6 },
    worker: { minReplicas: 1, maxReplicas: 4 },
  }),
};
const added = ["HorizontalPodAutoscaler", "Ingress", "NetworkPolicy", "PodDisruptionBudget"];

/** As much of a NetworkPolicy as the tests look at. */
interface PolicySpec {
  egress?: { to?: object[]; ports: { port: number }[] }[];
}

describe("the chart's hardening", () => {
  withHelm();

  const of = (objects: KubernetesObject[], kind: string, name: string): KubernetesObject["spec"] => {
    const found = objects.filter((object) => object.kind === kind && object.metadata.name === name);
    assert.equal(found.length, 1, `${kind} ${name}`);
    return found[0]?.spec ?? {};
  };

  it("leaves a chart that Helm has nothing to say against", () => {
    lint("chart", { ...needed, ...hardening });
    assert.throws(() => {
      lint("chart", { ...needed, images: {} });
    }, /images\/postgres/);
  });

  it("is off where nothing is said", () => {
    const objects = render({});
    assert.deepEqual(
      objects.filter(({ kind }) => added.includes(kind)),
      [],
    );
    assert.equal(of(objects, "Deployment", "lstm-pfd-dashboard")["replicas"], 2);
  });

  it("leads clients to the dashboard over TLS, with a certificate that is asked for", () => {
    const objects = render(hardening);
    const [ingress] = objects.filter(({ kind }) => kind === "Ingress");
    assert.deepEqual(ingress?.metadata.annotations, {
      "cert-manager.io/cluster-issuer": "lstm-pfd",
      "nginx.ingress.kubernetes.io/proxy-body-size": "16m",
    });
    assert.deepEqual(ingress.spec, {
      ingressClassName: "nginx",
      tls: [{ hosts: ["lstm-pfd.example.com"], secretName: "lstm-pfd-tls" }],
      rules: [
        {
          host: "lstm-pfd.example.com",
          http: {
            paths: [
              {
                path: "/",
                pathType: "Prefix",
                backend: { service: { name: "lstm-pfd-dashboard", port: { name: "http" } } },
              },
            ],
          },
        },
      ],
    });
  });

  it("leaves the number of pods to the autoscaler", () => {
    const objects = render(hardening);
    for (const [name, min, max] of [
      ["lstm-pfd-dashboard", 2, 6],
      ["lstm-pfd-worker", 1, 4],
    ] as const) {
      assert.equal("replicas" in of(objects, "Deployment", name), false, name);
      const scaler = of(objects, "HorizontalPodAutoscaler", name);
      assert.deepEqual([scaler["minReplicas"], scaler["maxReplicas"]], [min, max], name);
    }
  });

  it("keeps the database where it is, and one of the others running", () => {
    const objects = render(hardening);
    const budget = (name: string) => of(objects, "PodDisruptionBudget", name);
    assert.equal(budget("lstm-pfd-postgresql")["minAvailable"], 1);
    assert.equal(budget("lstm-pfd-dashboard")["maxUnavailable"], 1);
    assert.equal(budget("lstm-pfd-worker")["maxUnavailable"], 1);
  });

  it("lets the database go with its node where that is replaced in a window, and runs it on nodes of its own", () => {
    const production = {
      ingressNamespace: "ingress",
      dashboard: { minReplicas: 2, maxReplicas: 6 },
      worker: { minReplicas: 1, maxReplicas: 4 },
    };
    for (const window of [true, false]) {
      const values = productionValues({ ...production, database: { ownNodes: true, window } });
      const objects = render({ ...hardening, ...values });
      const budgets = objects.filter(({ kind }) => kind === "PodDisruptionBudget");
      assert.deepEqual(
        budgets.map(({ metadata }) => metadata.name),
        ["lstm-pfd-dashboard", ...(window ? [] : ["lstm-pfd-postgresql"]), "lstm-pfd-worker"],
      );
      const { template } = of(objects, "StatefulSet", "lstm-pfd-postgresql") as {
        template: { spec: { nodeSelector: object; tolerations: object[] } };
      };
      assert.deepEqual(template.spec.nodeSelector, { "recovery.lstm-pfd/nodes": "database" });
      assert.deepEqual(template.spec.tolerations, [
        { key: "recovery.lstm-pfd/nodes", operator: "Equal", value: "database", effect: "NoSchedule" },
      ]);
    }
  });

  it("spreads pods over the zones, and does not wait for one that is gone", () => {
    const { template } = of(render(hardening), "Deployment", "lstm-pfd-dashboard") as {
      template: {
        spec: { topologySpreadConstraints: { topologyKey: string; whenUnsatisfiable: string }[] };
      };
    };
    const [spread] = template.spec.topologySpreadConstraints;
    assert.deepEqual(
      [spread?.topologyKey, spread?.whenUnsatisfiable],
      ["topology.kubernetes.io/zone", "ScheduleAnyway"],
    );
  });

  const component = (name: string) => ({
    podSelector: { matchLabels: { app: "lstm-pfd", "app.kubernetes.io/component": name } },
  });
  const recovery = { podSelector: { matchLabels: { "app.kubernetes.io/name": "lstm-pfd-recovery" } } };
  const world = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "ingress" } } };
  const ways: [name: string, port: number | undefined, from: object[]][] = [
    ["dashboard", 8050, [world, recovery]],
    ["worker", undefined, []],
    ["redis", 6379, [component("dashboard"), component("worker")]],
    ["postgresql", 5432, [component("dashboard"), component("worker"), recovery]],
  ];
  for (const [name, port, from] of ways)
    it(`opens ${name} to ${from.length === 0 ? "nobody" : "those who need it"}`, () => {
      const spec = of(render(hardening), "NetworkPolicy", `lstm-pfd-${name}`);
      assert.deepEqual(spec.policyTypes, ["Ingress", "Egress"]);
      assert.deepEqual(spec.ingress, port === undefined ? undefined : [{ from, ports: [{ port }] }]);
    });

  it("lets the database alone reach the object store, and Redis nothing", () => {
    const objects = render({ ...hardening, networkPolicies: { enabled: true, objectStorePort: 8333 } });
    const ports = (name: string) => {
      const { egress = [] } = of(objects, "NetworkPolicy", `lstm-pfd-${name}`) as PolicySpec;
      return egress.flatMap((way) => way.ports.map(({ port }) => port));
    };
    assert.deepEqual(ports("postgresql"), [53, 53, 8333, 80]);
    assert.deepEqual(ports("dashboard"), [53, 53, 5432, 6379]);
    assert.deepEqual(ports("worker"), [53, 53, 5432, 6379]);
    assert.deepEqual(ports("redis"), []);
  });

  const refused: [values: object, reason: RegExp][] = [
    [{ ingress: { enabled: true } }, /ingress\.host is required when ingress\.enabled is true/],
    [{ ingress: { enabled: true, host: "A B" } }, /ingress\/host/],
    [
      { ingress: { enabled: true, host: "a.example.com", annotations: { bad: "1" } } },
      /ingress\/annotations/,
    ],
    [{ networkPolicies: { enabled: "yes" } }, /networkPolicies\/enabled/],
    [{ dashboard: { autoscaling: { enabled: true, targetCpuPercent: 0 } } }, /targetCpuPercent/],
  ];
  for (const [values, reason] of refused)
    it(`refuses ${JSON.stringify(values)}`, () => {
      assert.throws(() => render(values), reason);
    });
});

describe("productionValues", () => {
  it("refuses a largest number of pods below the smallest", () => {
    assert.throws(
      () =>
        productionValues({
          ingressNamespace: "ingress",
          database: { ownNodes: false, window: false },
          dashboard: { minReplicas: 3, maxReplicas: 2 },
          worker: { minReplicas: 1, maxReplicas: 1 },
        }),
      new Error('dashboard.maxReplicas is "2": must be at least dashboard.minReplicas, 3'),
    );
  });
});
