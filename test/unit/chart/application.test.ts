import assert from "node:assert/strict";
import { chartValues } from "../../../plan/applicationValues";
import { productionResources } from "../../../plan/resources";
import { type KubernetesObject, needed, render, withHelm } from "./rendered";

/** As much of a pod as the tests look at. */
interface Pod {
  serviceAccountName: string;
  containers: { resources: object; env?: { name: string }[]; envFrom?: object[] }[];
  volumes: { name: string; emptyDir?: { sizeLimit?: string } }[];
}

describe("what the chart makes of the stack's values", () => {
  withHelm();

  const values = chartValues({
    images: needed.images,
    dashboardReplicas: 2,
    workerReplicas: 1,
    archiveTimeoutSeconds: 50,
    pullsWithSecret: true,
    environmentFrom: { secret: "of-ours", configMap: "settings" },
  });
  const podOf = (objects: KubernetesObject[], name: string): Pod => {
    const found = objects.find(
      ({ kind, metadata }) => /^(Deployment|StatefulSet)$/.test(kind) && metadata.name === name,
    );
    return (found?.spec as { template: { spec: Pod } }).template.spec;
  };
  const names = ["dashboard", "worker", "database", "redis"] as const;
  const objectOf = (name: (typeof names)[number]) => `lstm-pfd-${name === "database" ? "postgresql" : name}`;

  it("gives each part its resources", () => {
    const objects = render(values);
    for (const name of names)
      assert.deepEqual(
        podOf(objects, objectOf(name)).containers[0]?.resources,
        productionResources[name],
        name,
      );
  });

  it("gives what holds PyTorch shared memory to work in", () => {
    const sizes = ["lstm-pfd-dashboard", "lstm-pfd-worker"].map(
      (name) =>
        podOf(render(values), name).volumes.find((volume) => volume.name === "shared-memory")?.emptyDir
          ?.sizeLimit,
    );
    assert.deepEqual(sizes, ["1024Mi", "2048Mi"]);
  });

  it("gives PostgreSQL and Redis what their limits allow", () => {
    const dataOf = (name: string): Record<string, string> => {
      const found = render(values).find(
        ({ kind, metadata }) => kind === "ConfigMap" && metadata.name === name,
      );
      return (found as unknown as { data: Record<string, string> }).data;
    };
    const postgresql = dataOf("lstm-pfd-postgresql")["postgresql.conf"] ?? "";
    for (const line of [
      "max_connections = 100",
      "shared_buffers = 1024MB",
      "effective_cache_size = 3072MB",
      "work_mem = 10485kB",
      "maintenance_work_mem = 256MB",
    ])
      assert.ok(postgresql.split("\n").includes(line), line);
    assert.match(dataOf("lstm-pfd-redis")["redis.conf"] ?? "", /^maxmemory 682mb$/m);
    const shared = podOf(render(values), "lstm-pfd-postgresql").volumes.find(
      ({ name }) => name === "shared-memory",
    );
    assert.equal(shared?.emptyDir?.sizeLimit, "512Mi");
  });

  it("gives dashboard and worker the variables that others keep, and no other pod", () => {
    const from = [{ configMapRef: { name: "settings" } }, { secretRef: { name: "of-ours" } }];
    for (const name of ["dashboard", "worker"] as const) {
      const [container] = podOf(render(values), objectOf(name)).containers;
      assert.deepEqual(container?.envFrom, from, name);
      // What Kubernetes takes from elsewhere gives way to what stands here.
      assert.ok(container.env?.some((variable) => variable.name === "DATABASE_URL"));
      assert.equal("envFrom" in (podOf(render({}), objectOf(name)).containers[0] ?? {}), false);
    }
    assert.equal(podOf(render(values), "lstm-pfd-redis").containers[0]?.envFrom, undefined);
  });

  it("lets every pod pull its images with the namespace's credentials", () => {
    const objects = render(values);
    const accounts = objects.filter(({ kind }) => kind === "ServiceAccount") as unknown as {
      metadata: { name: string };
      imagePullSecrets: object[];
    }[];
    for (const name of names) {
      const { serviceAccountName } = podOf(objects, objectOf(name));
      const account = accounts.find(({ metadata }) => metadata.name === serviceAccountName);
      assert.deepEqual(account?.imagePullSecrets, [{ name: "lstm-pfd-registry" }], name);
    }
  });

  const refused: [values: object, reason: RegExp][] = [
    [{ postgresql: { memory: { sharedBuffers: "1G; x = y" } } }, /sharedBuffers/],
    [{ postgresql: { memory: { maxConnections: 0 } } }, /maxConnections/],
    [{ environmentFrom: { secret: "Not A Name" } }, /environmentFrom\/secret/],
    [{ imagePullSecrets: ["registry"] }, /imagePullSecrets/],
    [{ redis: { maxMemory: "1gb; save 1 1" } }, /maxMemory/],
  ];
  for (const [broken, reason] of refused)
    it(`refuses ${JSON.stringify(broken)}`, () => {
      assert.throws(() => render(broken), reason);
    });
});
