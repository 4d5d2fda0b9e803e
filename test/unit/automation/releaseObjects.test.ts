import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import type { Kubectl } from "../../../automation/kubectl";
import { putBackReleaseObjects, untilRunning } from "../../../automation/releaseObjects";

const release = { name: "lstm-pfd", namespace: "shop" };
const manifest = `---
# Source: lstm-pfd/templates/dashboard.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: dashboard
  labels: { app: dashboard }
---
apiVersion: v1
kind: Service
metadata:
  name: dashboard
---
# nothing
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: dashboard
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: elsewhere
  namespace: other
`;
const objects = {
  deployment: {
    apiVersion: "apps/v2",
    kind: "Deployment",
    metadata: { name: "dashboard", namespace: "shop" },
  },
  service: { apiVersion: "v1", kind: "Service", metadata: { name: "dashboard", namespace: "shop" } },
  role: { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "dashboard" } },
  map: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "elsewhere", namespace: "other" } },
};

/** A cluster that holds some objects, and the release as Helm keeps it. */
function cluster(there: readonly object[]) {
  const packed = gzipSync(JSON.stringify({ manifest })).toString("base64");
  const stored = { items: [{ data: { release: Buffer.from(packed).toString("base64") } }] };
  const calls: { words: string; input: unknown }[] = [];
  const call = (args: readonly string[], { input }: { input?: string } = {}): Promise<string> => {
    calls.push({ words: args.join(" "), input: input === undefined ? undefined : JSON.parse(input) });
    if (args[1] === "secrets") return Promise.resolve(JSON.stringify(stored));
    if (args[0] !== "get") return Promise.resolve("");
    const [only, ...more] = there;
    return Promise.resolve(
      only === undefined ? "" : JSON.stringify(more.length === 0 ? only : { kind: "List", items: there }),
    );
  };
  return { calls, kubectl: { call } as unknown as Kubectl };
}

describe("objects of a Helm release", () => {
  it("are left alone when all are there", async () => {
    const { kubectl, calls } = cluster(Object.values(objects));
    assert.deepEqual(await putBackReleaseObjects(kubectl, release), []);
    assert.deepEqual(
      calls.map(({ words }) => words),
      [
        "get secrets --selector=owner=helm,status=deployed,name=lstm-pfd --output=json --namespace=shop",
        "get --filename=- --ignore-not-found --output=json --namespace=shop",
      ],
    );
  });

  it("come back when they were deleted, as Helm's own", async () => {
    const { kubectl, calls } = cluster([objects.service, objects.role]);
    assert.deepEqual(await putBackReleaseObjects(kubectl, release), [
      { kind: "Deployment", name: "dashboard", namespace: "shop" },
      { kind: "ConfigMap", name: "elsewhere", namespace: "other" },
    ]);
    const { words, input } = calls.at(-1) ?? {};
    assert.equal(words, "create --filename=- --namespace=shop");
    const { items } = input as { items: { metadata: object }[] };
    assert.equal(items.length, 2);
    assert.deepEqual(items[0]?.metadata, {
      name: "dashboard",
      labels: { app: "dashboard", "app.kubernetes.io/managed-by": "Helm" },
      annotations: { "meta.helm.sh/release-name": "lstm-pfd", "meta.helm.sh/release-namespace": "shop" },
    });
  });

  it("are told apart by kind, also when one or none is left", async () => {
    for (const [there, missing] of [
      [[objects.service], 3],
      [[], 4],
    ] as const)
      assert.equal((await putBackReleaseObjects(cluster(there).kubectl, release)).length, missing);
  });

  it("are nobody's to make where no revision is deployed", async () => {
    const calls: string[] = [];
    const empty = {
      call: (args: readonly string[]) => {
        calls.push(args[0] ?? "");
        return Promise.resolve('{"items":[]}');
      },
    } as unknown as Kubectl;
    assert.deepEqual(await putBackReleaseObjects(empty, release), []);
    assert.deepEqual(calls, ["get"]);
  });

  it("are not taken for lost when the cluster cannot tell", async () => {
    const calls: string[] = [];
    const kubectl = {
      call: (args: readonly string[]) => {
        calls.push(args[0] ?? "");
        return args[1] === "secrets"
          ? cluster([]).kubectl.call(args)
          : Promise.reject(new Error("kubectl get: Unauthorized"));
      },
    } as unknown as Kubectl;
    await assert.rejects(putBackReleaseObjects(kubectl, release), /Unauthorized/);
    assert.deepEqual(calls, ["get", "get"]);
  });

  it("are waited for when they run pods", async () => {
    const { kubectl, calls } = cluster([]);
    await untilRunning(kubectl, { kind: "Service", name: "dashboard", namespace: "shop" });
    await untilRunning(kubectl, { kind: "Deployment", name: "dashboard", namespace: "shop" });
    assert.deepEqual(
      calls.map(({ words }) => words),
      ["rollout status deployment/dashboard --namespace=shop --timeout=600s"],
    );
  });
});
