import assert from "node:assert/strict";
import { askCluster, clusterQuestions, clusterUnknown } from "../../../../automation/doctor/askCluster";
import { gatherCluster } from "../../../../automation/doctor/gather";
import { readingOnly } from "../../../../automation/doctor/reading";
import { known } from "../../../../plan/doctor/asked";
import { judge } from "../../../../plan/doctor/judge";
import { context, factsWith, healthy, waiting } from "../../plan/doctor/samples";
import { FakeCluster } from "./fakeCluster";

const { signal } = new AbortController();
const namespaces = ["lstm-pfd", "cert-manager", "ingress"];

describe("doctor: asking a cluster", () => {
  const asking = async (cluster: FakeCluster) => askCluster(readingOnly(cluster), "lstm-pfd", signal);

  it("asks everything, and finds nothing where all is well", async () => {
    const facts = await asking(new FakeCluster());
    assert.deepEqual(Object.keys(facts).sort(), [...clusterQuestions].sort());
    for (const name of clusterQuestions)
      assert.equal(facts[name].state, "known", `${name}: ${JSON.stringify(facts[name])}`);
    assert.deepEqual(judge({ ...factsWith(), ...facts }, context), []);
    assert.deepEqual(known(facts.volumes), [
      {
        namespace: "lstm-pfd",
        claim: "lstm-pfd-postgresql",
        usedBytes: 400,
        capacityBytes: 1000,
        inodes: 100,
        freeInodes: 90,
      },
    ]);
    assert.deepEqual(known(facts.releases)?.at(-1), {
      namespace: "lstm-pfd",
      name: "lstm-pfd",
      status: "deployed",
      revision: 2,
    });
  });

  it("only looks: no call is any other verb, and no Secret is read", async () => {
    const cluster = new FakeCluster();
    await asking(cluster);
    await gatherCluster(readingOnly(cluster), namespaces);
    const verbs = new Set(cluster.asked.map(([verb]) => verb));
    assert.deepEqual([...verbs].sort(), ["exec", "get", "logs", "version"]);
    for (const words of cluster.asked.filter(([, kind]) => kind?.startsWith("secret")))
      assert.ok(!words.some((word) => word.startsWith("--output") || word.startsWith("-o")), words.join(" "));
  });

  for (const [what, refused, lost] of [
    ["nodes", "get nodes", ["nodes"]],
    ["the database", "exec statefulset/lstm-pfd-postgresql --container=postgresql -- env", ["database"]],
    ["certificates", "get certificates", ["certificates"]],
    ["CronJobs", "get cronjobs", ["cronJobs"]],
    ["labels of releases", "get secrets", ["releases"]],
    ["what is held", "get configmap lstm-pfd-held", ["held"]],
  ] as const)
    it(`goes on when ${what} cannot be asked, and says why`, async () => {
      const cluster = new FakeCluster();
      cluster.answers.set(refused, () => {
        throw new Error(`kubectl get: Error from server (Forbidden): User "x" cannot do this`);
      });
      const facts = await asking(cluster);
      const unknown = clusterQuestions.filter((name) => facts[name].state !== "known");
      assert.deepEqual(unknown, lost);
      for (const name of lost) assert.match(JSON.stringify(facts[name]), /unknown.*Forbidden/);
    });

  it("asks the pod of the database where no kubelet tells of its volume", async () => {
    const cluster = new FakeCluster();
    cluster.answers.set("get --raw=/api/v1/nodes/", () => {
      throw new Error("forbidden");
    });
    assert.deepEqual(known((await asking(cluster)).volumes), [
      { namespace: "lstm-pfd", claim: "lstm-pfd-postgresql", usedBytes: 400, capacityBytes: 1000 },
    ]);
  });

  it("does not know how full volumes are where nobody tells", async () => {
    const cluster = new FakeCluster();
    for (const words of ["get --raw=/api/v1/nodes/", "exec"])
      cluster.answers.set(words, () => {
        throw new Error("forbidden");
      });
    const facts = await asking(cluster);
    assert.deepEqual(facts.volumes, { state: "unknown", why: "forbidden" });
  });

  it("reads what is held", async () => {
    const cluster = new FakeCluster();
    cluster.answers.set("get configmap lstm-pfd-held", () =>
      JSON.stringify({ data: { held: '{"action":"replace"}' } }),
    );
    cluster.answers.set("get configmap lstm-pfd-restore-models", () =>
      JSON.stringify({ data: { hold: '{"action":"undo"}' } }),
    );
    assert.deepEqual(known((await asking(cluster)).held), [
      { name: "lstm-pfd-held", text: '{"action":"replace"}' },
      { name: "lstm-pfd-restore-models", text: '{"action":"undo"}' },
    ]);
  });

  it("needs no cert-manager", async () => {
    const cluster = new FakeCluster();
    cluster.answers.set("get customresourcedefinitions --output=name", () => "");
    assert.deepEqual((await asking(cluster)).certificates, { state: "known", value: [] });
  });

  it("reads the lines of a container that ends, and of the one before it", async () => {
    const cluster = new FakeCluster();
    const crashing = waiting("worker", "CrashLoopBackOff", "back-off", {
      lastState: { terminated: { exitCode: 1 } },
    });
    cluster.answers.set("get pods --output=json --namespace=lstm-pfd", () =>
      JSON.stringify({ items: [...healthy.pods, crashing] }),
    );
    const logs = known((await asking(cluster)).logs) ?? [];
    assert.deepEqual(
      logs.map(({ container, previous }) => [container, previous]),
      [
        ["worker", false],
        ["worker", true],
        ["postgresql", false],
        ["dashboard", false],
      ],
    );
  });

  it("is stopped by a person", async () => {
    const stop = new AbortController();
    stop.abort(new Error("stopped by SIGINT"));
    await assert.rejects(askCluster(new FakeCluster(), "lstm-pfd", stop.signal), /stopped by SIGINT/);
  });

  it("gives one reason where nothing can be asked", () => {
    const facts = clusterUnknown("no cluster");
    assert.deepEqual(facts.pods, { state: "unknown", why: "no cluster" });
    assert.deepEqual(Object.keys(facts).sort(), [...clusterQuestions].sort());
  });
});

describe("doctor: what a bundle holds of a cluster", () => {
  it("is states, events, and the lines of each container and of the one before", async () => {
    const cluster = new FakeCluster();
    const [first, ...rest] = healthy.pods;
    const restarted = {
      ...first,
      status: { ...first?.status, containerStatuses: [{ name: "dashboard", restartCount: 2 }] },
    };
    cluster.answers.set("get pods --output=json --namespace=lstm-pfd", () =>
      JSON.stringify({ items: [restarted, ...rest] }),
    );
    const names = Object.keys(await gatherCluster(readingOnly(cluster), namespaces));
    for (const name of [
      "versions/kubectl.json",
      "objects/nodes.json",
      "objects/lstm-pfd/pods.json",
      "objects/lstm-pfd/events.json",
      "objects/lstm-pfd/cronjobs.json",
      "objects/lstm-pfd/releases.txt",
      "objects/cert-manager/pods.json",
      "logs/lstm-pfd/lstm-pfd-dashboard-7c9d8b6f5d-x2x4p.dashboard.log",
      "logs/lstm-pfd/lstm-pfd-dashboard-7c9d8b6f5d-x2x4p.dashboard.previous.log",
    ])
      assert.ok(names.includes(name), `${name} is not in\n${names.join("\n")}`);
    assert.ok(!names.some((name) => /secret|configmap/.test(name)));
  });

  it("says in its file what could not be had", async () => {
    const cluster = new FakeCluster();
    cluster.answers.set("get nodes", () => {
      throw new Error("forbidden");
    });
    const files = await gatherCluster(readingOnly(cluster), namespaces);
    assert.equal(files["objects/nodes.json"], "could not be had: forbidden\n");
  });
});
