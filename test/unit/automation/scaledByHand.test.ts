import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import type { Kubectl } from "../../../automation/kubectl";
import { scaleBack, scaledWorkloads, type Workload } from "../../../automation/scaledByHand";

const workload = (kind: string, name: string, replicas?: number, manager?: string): Workload => ({
  kind,
  metadata: {
    name,
    ...(manager === undefined
      ? {}
      : {
          managedFields: [
            { manager: "helm", fieldsV1: { "f:spec": { "f:template": {} } } },
            { manager, fieldsV1: { "f:spec": { "f:replicas": {} } } },
          ],
        }),
  },
  ...(replicas === undefined ? {} : { spec: { replicas } }),
});

describe("workloads that were scaled by hand", () => {
  it("are those whose number differs from the chart's, with who has set it", () => {
    const wanted = [
      workload("Deployment", "dashboard", 2),
      workload("Deployment", "worker", 1),
      workload("StatefulSet", "postgresql", 1),
      workload("Deployment", "scaled-by-load"),
      workload("Deployment", "not-there", 1),
    ];
    const there = [
      workload("Deployment", "dashboard", 3, "kubectl"),
      workload("Deployment", "worker", 1, "kubectl"),
      workload("StatefulSet", "postgresql", 0, "keda-operator"),
      workload("Deployment", "scaled-by-load", 7, "kube-controller-manager"),
      workload("StatefulSet", "dashboard", 9, "kubectl"),
      workload("Deployment", "of-others", 4, "kubectl"),
    ];
    assert.deepEqual(scaledWorkloads(wanted, there), [
      { kind: "Deployment", name: "dashboard", wanted: 2, found: 3, manager: "kubectl" },
      { kind: "StatefulSet", name: "postgresql", wanted: 1, found: 0, manager: "keda-operator" },
    ]);
  });

  it("are named with an unknown owner where the cluster does not say who", () => {
    const [found] = scaledWorkloads([workload("Deployment", "a", 1)], [workload("Deployment", "a", 0)]);
    assert.equal(found?.manager, "unknown");
  });
});

describe("scaling back", () => {
  const manifest = ["dashboard", "worker"]
    .map((name) => JSON.stringify({ apiVersion: "apps/v1", ...workload("Deployment", name, 1) }))
    .join("\n---\n");
  const packed = gzipSync(JSON.stringify({ manifest })).toString("base64");
  const release = { data: { release: Buffer.from(packed).toString("base64") } };

  it("takes back what a person has set, and names who else has set something", async () => {
    const calls: string[] = [];
    const items = [
      workload("Deployment", "dashboard", 5, "kubectl"),
      workload("Deployment", "worker", 3, "keda-operator"),
    ];
    const kubectl = {
      call: (args: string[]) => {
        calls.push(args.join(" "));
        return Promise.resolve(JSON.stringify({ items: args[1] === "secrets" ? [release] : items }));
      },
    } as unknown as Kubectl;
    const lines = await scaleBack(kubectl, { name: "lstm-pfd", namespace: "apps" });
    assert.deepEqual(
      calls.filter((call) => call.startsWith("scale")),
      ["scale deployment/dashboard --replicas=1 --namespace=apps"],
    );
    assert.deepEqual(lines, [
      'spec.replicas of Deployment dashboard was 5, set by "kubectl", and is 1 in the chart: it is 1 again; for another number set its key in the configuration',
      'spec.replicas of Deployment worker was 3, set by "keda-operator", and is 1 in the chart: left as it is, because a program set it; stop that program, or let the chart name no number',
    ]);
  });
});
