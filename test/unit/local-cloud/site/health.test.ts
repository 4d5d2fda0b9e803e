import assert from "node:assert/strict";
import {
  dnsProblem,
  nodeProblem,
  siteProblem,
  type NodeState,
  type PodStates,
} from "../../../../local-cloud/site/health";

const since = new Date("2026-11-24T10:00:00.700Z");
const later = "2026-11-24T10:00:05Z";
const earlier = "2026-11-24T09:59:00Z";

function node(status: string, lastHeartbeatTime: string): NodeState {
  return { status: { conditions: [{ type: "Ready", status, lastHeartbeatTime, message: "no network" }] } };
}

function pods(ready: string, startedAt: string, deletionTimestamp?: string): PodStates {
  const status = {
    conditions: [{ type: "Ready", status: ready }],
    containerStatuses: [{ state: { running: { startedAt } } }],
  };
  return { items: [{ status, metadata: deletionTimestamp === undefined ? {} : { deletionTimestamp } }] };
}

describe("health of a site", () => {
  const nodes: [string, NodeState, RegExp | undefined][] = [
    ["is ready", node("True", later), undefined],
    ["is ready since the very second of the start", node("True", "2026-11-24T10:00:00Z"), undefined],
    ["was ready before the crash", node("True", earlier), /not reported since the start/],
    ["is not ready", node("False", later), /not ready: no network/],
    ["is new", {}, /not reported yet/],
  ];
  for (const [what, state, message] of nodes) {
    it(`sees that the node ${what}`, () => {
      if (message === undefined) assert.equal(nodeProblem(state, since), undefined);
      else assert.match(nodeProblem(state, since) ?? "", message);
    });
  }

  const names: [string, PodStates, RegExp | undefined][] = [
    ["are resolved", pods("True", later), undefined],
    ["were resolved before the crash", pods("True", earlier), /no pod of CoreDNS is ready/],
    ["are resolved by a pod on its way out", pods("True", later, later), /no pod of CoreDNS/],
    ["are not resolved yet", pods("False", later), /no pod of CoreDNS/],
    ["have no pods", { items: [] }, /no pod of CoreDNS is ready$/],
    [
      "wait for an image",
      { items: [{ status: { containerStatuses: [{ state: { waiting: { reason: "ErrImagePull" } } }] } }] },
      /ready: ErrImagePull/,
    ],
  ];
  for (const [what, state, message] of names) {
    it(`sees that names ${what}`, () => {
      if (message === undefined) assert.equal(dnsProblem(state, since), undefined);
      else assert.match(dnsProblem(state, since) ?? "", message);
    });
  }

  it("asks API server, node and names, in this order", async () => {
    const answers: Record<string, unknown> = { node: node("True", later), pods: pods("True", later) };
    const asked: string[] = [];
    const api = {
      get: (path: string): Promise<string> => {
        asked.push(path);
        const answer = path.includes("/nodes/") ? answers["node"] : answers["pods"];
        return Promise.resolve(JSON.stringify(answer));
      },
    };
    assert.equal(await siteProblem(api, "site-a", since), undefined);
    assert.deepEqual(asked, [
      "/readyz",
      "/api/v1/nodes/site-a",
      "/api/v1/namespaces/kube-system/pods?labelSelector=k8s-app%3Dkube-dns",
    ]);
  });

  it("passes on why the API server does not answer", async () => {
    const api = { get: (): Promise<string> => Promise.reject(new Error("connect ECONNREFUSED")) };
    assert.equal(await siteProblem(api, "site-a", since), "connect ECONNREFUSED");
  });
});
