import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { CommandError, type Stack } from "@pulumi/pulumi/automation";
import { destroy } from "../../../automation/operation";
import { stackResources } from "../../../automation/stackResources";
import { directoryDigest } from "../../../lib/directoryDigest";
import { waitForSuccess } from "../../../lib/wait";
import { triedAgain } from "../../../plan/names";
import { EngineBench, operate } from "../engineBench";
import { startControlPlane, type ControlPlane } from "./controlPlane";
import { leavesNothing } from "../leavesNothing";

const NAMESPACE = "e2e-kubernetes";

leavesNothing("the upstream Kubernetes provider, as the toolchain builds it", () => {
  let bench: EngineBench;
  let plane: ControlPlane;
  let stack: Stack;
  let chart: string;
  let wanted = {
    data: "one",
    label: "one",
    saved: "one",
    foreign: false,
    badPort: false,
    job: false,
    release: false,
    greeting: "hello",
    workload: false,
    component: false,
    endless: false,
  };
  let wait = 30;

  before(async () => {
    bench = await EngineBench.open([]);
    plane = await startControlPlane(bench.toolchain.binDir);
    chart = join(mkdtempSync(join(tmpdir(), "chart-")), "sample");
    cpSync(join(__dirname, "chart"), chart, { recursive: true });
    stack = await bench.stack("kubernetes", program);
  });
  after(() => plane.stop());
  after(() => {
    bench.close();
    rmSync(join(chart, ".."), { recursive: true, force: true });
  });

  function program(): void {
    const provider = new k8s.Provider("cluster", { kubeconfig: pulumi.secret(plane.kubeconfig) });
    const namespace = new k8s.core.v1.Namespace("site", { metadata: { name: NAMESPACE } }, { provider });
    const options = { provider, dependsOn: namespace };
    const metadata = { namespace: NAMESPACE };
    new k8s.core.v1.ConfigMap("drawn", { metadata, data: { value: wanted.data } }, options);
    new k8s.core.v1.ConfigMap(
      "given",
      { metadata: { ...metadata, name: "given", labels: { mark: wanted.label } }, data: { a: "b" } },
      options,
    );
    new k8s.core.v1.Secret(
      "password",
      { metadata: { ...metadata, name: "password" }, stringData: { value: pulumi.secret("hunter2hunter2") } },
      options,
    );
    new k8s.core.v1.Secret(
      "saved",
      {
        metadata: { ...metadata, name: "saved" },
        data: pulumi.secret({ value: Buffer.from(wanted.saved).toString("base64") }),
      },
      { ...options, ignoreChanges: ["data"] },
    );
    new k8s.apps.v1.Deployment(
      "workload",
      {
        metadata: { ...metadata, name: "workload", annotations: { "pulumi.com/skipAwait": "true" } },
        spec: {
          replicas: 2,
          selector: { matchLabels: { app: "workload" } },
          template: {
            metadata: { labels: { app: "workload" } },
            spec: {
              containers: [
                { name: "main", image: "example.invalid/main:1", resources: { requests: { cpu: "1000m" } } },
              ],
            },
          },
        },
      },
      options,
    );
    if (wanted.foreign)
      new k8s.core.v1.ConfigMap("foreign", { metadata: { ...metadata, name: "foreign" } }, options);
    if (wanted.badPort)
      new k8s.core.v1.Service("bad-port", { metadata, spec: { ports: [{ port: 99_999 }] } }, options);
    if (wanted.job)
      new k8s.batch.v1.Job(
        "restore",
        {
          metadata: {
            ...metadata,
            name: "restore",
            annotations: { "pulumi.com/timeoutSeconds": String(wait), ...triedAgain },
          },
          spec: {
            backoffLimit: 0,
            template: {
              spec: {
                restartPolicy: "Never",
                containers: [{ name: "main", image: "example.invalid/main:1" }],
              },
            },
          },
        },
        options,
      );
    if (wanted.release)
      new k8s.helm.v3.Release(
        "sample",
        {
          chart,
          description: `chart ${directoryDigest(chart)}`,
          name: "sample",
          namespace: NAMESPACE,
          timeout: 8,
          values: { greeting: pulumi.secret(wanted.greeting), workload: wanted.workload },
        },
        options,
      );
    if (wanted.component)
      new k8s.yaml.v2.ConfigGroup(
        "group",
        { yaml: "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: left-out }" },
        options,
      );
    if (wanted.endless)
      new k8s.core.v1.Pod(
        "endless",
        { metadata: { ...metadata, name: "endless" }, spec: { containers: [{ name: "main", image: "x" }] } },
        options,
      );
  }

  async function passes(operation: "up" | "refresh" | "destroy" | "preview"): Promise<string[]> {
    const outcome = await operate(stack, operation);
    assert.ok(outcome.passed, outcome.output.slice(-2000));
    return outcome.steps;
  }

  async function fails(operation: "up" | "preview"): Promise<string> {
    const outcome = await operate(stack, operation);
    assert.equal(outcome.passed, false, outcome.output.slice(-2000));
    return outcome.output;
  }

  it("creates objects, and keeps secrets secret", async () => {
    await passes("preview");
    const outcome = await operate(stack, "up");
    assert.ok(outcome.passed, outcome.output);
    assert.equal(outcome.steps.filter((step) => step.startsWith("create kubernetes:")).length, 6);
    const secret = Buffer.from("hunter2hunter2").toString("base64");
    for (const text of [outcome.output, bench.stateText("kubernetes")])
      for (const hidden of ["hunter2", secret]) assert.equal(text.includes(hidden), false);
    const kept = plane.kubectl("-n", NAMESPACE, "get", "secret", "password", "-o", "jsonpath={.data.value}");
    assert.equal(kept, secret);
  });

  it("changes nothing without a change, and finds no drift", async () => {
    assert.deepEqual(await passes("up"), []);
    assert.deepEqual(await passes("refresh"), []);
    assert.deepEqual(await passes("up"), []);
  });

  it("leaves alone what may differ", async () => {
    wanted = { ...wanted, saved: "two" };
    assert.deepEqual(await passes("up"), []);
    const saved = plane.kubectl("-n", NAMESPACE, "get", "secret", "saved", "-o", "jsonpath={.data.value}");
    assert.equal(Buffer.from(saved, "base64").toString(), "one");
  });

  it("updates in place what can be, and replaces what cannot", async () => {
    wanted = { ...wanted, data: "two", label: "two" };
    assert.deepEqual(
      (await passes("up")).filter((step) => !step.startsWith("create-") && !step.startsWith("delete-")),
      ["replace kubernetes:core/v1:ConfigMap drawn", "update kubernetes:core/v1:ConfigMap given"],
    );
    const names = plane.kubectl("-n", NAMESPACE, "get", "configmap", "-o", "name");
    assert.equal(names.match(/configmap\/drawn-/g)?.length, 1);
    assert.deepEqual(await passes("up"), []);
  });

  it("finds drift, and puts it right", async () => {
    plane.kubectl("-n", NAMESPACE, "label", "configmap", "given", "mark=changed", "--overwrite");
    plane.kubectl("-n", NAMESPACE, "label", "configmap", "given", "other=kept");
    plane.kubectl("-n", NAMESPACE, "patch", "deployment", "workload", "-p", '{"spec":{"replicas":5}}');
    assert.deepEqual((await operate(stack, "refresh")).output.match(/~ 2 updated/)?.length, 1);
    assert.deepEqual(await passes("up"), [
      "update kubernetes:apps/v1:Deployment workload",
      "update kubernetes:core/v1:ConfigMap given",
    ]);
    const labels = plane.kubectl(
      "-n",
      NAMESPACE,
      "get",
      "configmap",
      "given",
      "-o",
      "jsonpath={.metadata.labels}",
    );
    assert.match(labels, /"mark":"two"/);
    assert.deepEqual(await passes("refresh"), []);
  });

  it("makes anew what was deleted outside", async () => {
    plane.kubectl("-n", NAMESPACE, "delete", "configmap", "given");
    await passes("refresh");
    assert.deepEqual(await passes("up"), ["create kubernetes:core/v1:ConfigMap given"]);
  });

  it("adopts what exists already, as an up does that goes on where another was killed", async () => {
    plane.kubectl("-n", NAMESPACE, "create", "configmap", "foreign", "--from-literal=from=outside");
    wanted = { ...wanted, foreign: true };
    assert.deepEqual(await passes("up"), ["create kubernetes:core/v1:ConfigMap foreign"]);
    assert.deepEqual(await passes("up"), []);
    assert.deepEqual(await passes("refresh"), []);
    wanted = { ...wanted, foreign: false };
    assert.deepEqual(await passes("up"), ["delete kubernetes:core/v1:ConfigMap foreign"]);
  });

  it("shows in the preview what the API server refuses, and what this build leaves out", async () => {
    wanted = { ...wanted, badPort: true };
    assert.match(await fails("preview"), /spec\.ports\[0\]\.port: Invalid value: 99999/);
    wanted = { ...wanted, badPort: false, component: true };
    assert.match(
      await fails("preview"),
      /this build of the Kubernetes provider leaves out its component resources/,
    );
    wanted = { ...wanted, component: false };
  });

  it("gives up on a Job after its time, tells why one failed, and tries a failed one again", async () => {
    wanted = { ...wanted, job: true };
    wait = 3;
    assert.match(await fails("up"), /Job::restore" was successfully created, but .*timed out waiting/s);
    wait = 60;
    const [failure] = await Promise.all([fails("up"), failRestore()]);
    assert.match(failure, /backup 20261124F is damaged: file 12 is missing/);
    assert.match(failure, /BackoffLimitExceeded/);
    const [again] = await Promise.all([operate(stack, "up"), failRestore()]);
    wanted = { ...wanted, job: false };
    assert.ok(again.steps.includes("replace kubernetes:batch/v1:Job restore"), again.output);
    assert.deepEqual(await passes("up"), ["delete kubernetes:batch/v1:Job restore"]);
  });

  /** Fails the Job's pod once the provider watches it. */
  async function failRestore(): Promise<void> {
    const before = plane.kubectl(
      "-n",
      NAMESPACE,
      "get",
      "job",
      "restore",
      "--ignore-not-found",
      "-o",
      "jsonpath={.metadata.uid}",
    );
    await waitForSuccess("the Job to be tried again", { timeoutMs: 60_000 }, () => {
      const now = plane.kubectl(
        "-n",
        NAMESPACE,
        "get",
        "pod",
        "-l",
        "job-name=restore",
        "--field-selector=status.phase=Pending",
        "-o",
        "jsonpath={.items[*].metadata.ownerReferences[*].uid}",
      );
      if (now === "" || now === before) throw new Error(`its pod is "${now}"`);
      return Promise.resolve();
    });
    await sleep(2000);
    failPod("backup 20261124F is damaged: file 12 is missing");
  }

  /** Leaves what a container leaves that ends with a message. */
  function failPod(message: string): void {
    const which = ["-l", "job-name=restore", "--field-selector=status.phase=Pending", "-o", "name"];
    const pod = plane.kubectl("-n", NAMESPACE, "get", "pod", ...which).trim();
    const ended = { exitCode: 1, reason: "Error", message, finishedAt: new Date().toISOString() };
    const statuses = [
      { name: "main", image: "x", imageID: "", ready: false, restartCount: 0, state: { terminated: ended } },
    ];
    const conditions = Object.entries({ PodScheduled: "True", Initialized: "True", Ready: "False" }).map(
      ([type, status]) => ({ type, status, reason: "PodFailed" }),
    );
    const patch = JSON.stringify({ status: { phase: "Failed", conditions, containerStatuses: statuses } });
    plane.kubectl("-n", NAMESPACE, "patch", pod, "--subresource=status", "--type=merge", "-p", patch);
  }

  it("installs a release, updates it with its chart, and recovers one that failed", async () => {
    wanted = { ...wanted, release: true };
    const up = await operate(stack, "up");
    assert.ok(up.passed, up.output);
    assert.deepEqual(await passes("up"), []);
    assert.deepEqual(await passes("refresh"), []);
    const template = join(chart, "templates", "objects.yaml");
    writeFileSync(template, readFileSync(template, "utf8").replace("greeting:", "salutation:"));
    assert.deepEqual(await passes("up"), ["update kubernetes:helm.sh/v3:Release sample"]);
    assert.match(
      plane.kubectl("-n", NAMESPACE, "get", "configmap", "sample", "-o", "yaml"),
      /salutation: hello/,
    );
    wanted = { ...wanted, workload: true, greeting: "not for anyone" };
    const failure = await fails("up");
    assert.match(failure, /Helm release "e2e-kubernetes\/sample"/);
    assert.equal(failure.includes("not for anyone"), false);
    wanted = { ...wanted, workload: false };
    assert.deepEqual(await passes("up"), ["update kubernetes:helm.sh/v3:Release sample"]);
    wanted = { ...wanted, release: false };
    assert.deepEqual(await passes("up"), ["delete kubernetes:helm.sh/v3:Release sample"]);
  });

  it("stops waiting when it is cancelled, and remembers what it made", async () => {
    wanted = { ...wanted, endless: true };
    const stop = new AbortController();
    const run = stack.up({ signal: stop.signal });
    await sleep(8000);
    stop.abort();
    await assert.rejects(run, CommandError);
    const resources = (await stack.exportStack()).deployment as { resources: { id?: string }[] };
    assert.ok(resources.resources.some(({ id }) => id === `${NAMESPACE}/endless`));
    wanted = { ...wanted, endless: false };
    assert.deepEqual(await passes("up"), ["delete kubernetes:core/v1:Pod endless"]);
  });

  it("removes everything, and waits until it is gone", async () => {
    await passes("destroy");
    assert.equal(plane.kubectl("get", "namespace", NAMESPACE, "--ignore-not-found"), "");
  });

  it("gives up objects of a cluster that is gone only when it is told to, with the releases", async () => {
    wanted = { ...wanted, release: true, workload: false };
    await passes("up");
    await plane.halt();
    const refused = await operate(stack, "destroy");
    assert.equal(refused.passed, false);
    assert.match(
      refused.output,
      /unreachable.*PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true"/s,
    );
    const compared = await operate(stack, "refresh");
    assert.equal(compared.passed, false, compared.output);
    const watching = { detail: () => undefined, signal: new AbortController().signal };
    await assert.rejects(destroy(stack, watching), /cannot be removed, because the cluster does not answer/);
    assert.notEqual((await stackResources(stack)).length, 0);
    await destroy(stack, watching, true);
    assert.deepEqual(await stackResources(stack), []);
  });
});
