import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  sandboxProcesses,
  ensureSandbox,
  findSandbox,
  removeSandbox,
  runInside,
  stopSandbox,
} from "@lstm-pfd/local-cloud/sandbox";
import {
  objectStoreAddress,
  objectStoreBridge,
  objectStoreHost,
  objectStorePodPort,
  objectStorePrefixLength,
} from "@lstm-pfd/local-cloud/object-store/address";
import { siteDir } from "@lstm-pfd/local-cloud/paths";
import type { Progress } from "../../lib/progress";
import { run, type CommandResult } from "../../lib/process";
import { waitForSuccess } from "../../lib/wait";
import {
  deleteSite,
  ensureSite,
  killSite,
  readSite,
  siteProcesses,
  type SiteSpec,
} from "@lstm-pfd/local-cloud/site";
import { ensureToolchain, type Toolchain } from "@lstm-pfd/local-cloud/toolchain";
import { writeManifest } from "@lstm-pfd/local-cloud/toolchain/manifest";
import { changedSysctls, hostState, type HostState } from "./hostState";

const STORE = "e2e-store";
const NAME = "e2e-site";
const API_PORT = 27443;

const silent: Progress = { step: (_name, work) => work(() => undefined), plan: () => undefined };

describe("an embedded site", function () {
  this.timeout(600_000);
  let toolchain: Toolchain;
  let spec: SiteSpec;
  let state: string;
  let untouched: HostState;
  const context = { signal: new AbortController().signal, detail: () => undefined };

  before(async () => {
    toolchain = await ensureToolchain(silent);
    state = mkdtempSync(join(tmpdir(), "lpfd-e2e-"));
    process.env["LSTM_PFD_STATE"] = state;
    untouched = await hostState();
    spec = {
      name: NAME,
      apiPort: API_PORT,
      objectStore: STORE,
      images: Object.values(toolchain.images).map(({ reference }) => reference),
      kubernetesVersion: toolchain.versions["kubernetes"] ?? "",
      owner: "e2e",
    };
    await startStore();
  });

  after(async () => {
    await deleteSite(NAME);
    await removeSandbox(STORE);
    Reflect.deleteProperty(process.env, "LSTM_PFD_STATE");
    rmSync(state, { recursive: true, force: true });
  });

  /** Stands for the object store: its network, and somebody who answers there. */
  async function startStore(): Promise<void> {
    await ensureSandbox({
      name: STORE,
      purpose: "object store",
      prepare: [
        `ip link add ${objectStoreBridge} type bridge`,
        `ip address add ${objectStoreAddress}/${objectStorePrefixLength} dev ${objectStoreBridge}`,
        `ip link set ${objectStoreBridge} up`,
      ].join("\n"),
      services: {
        answer: {
          command: "socat",
          args: [`TCP-LISTEN:${objectStorePodPort},fork,reuseaddr`, "EXEC:echo from the store"],
        },
      },
    });
  }

  function kubectl(args: string[], input = ""): Promise<CommandResult> {
    const access = ["--kubeconfig", join(siteDir(NAME), "kubeconfigs", "admin")];
    return run(join(toolchain.binDir, "kubectl"), [...access, ...args], { input, timeoutMs: 120_000 });
  }

  /** Runs JavaScript in the pod `server`. */
  async function inPod(script: string): Promise<string> {
    return (await kubectl(["exec", "server", "--", "node", "-e", script])).stdout.trim();
  }

  async function askStore(): Promise<string> {
    return inPod(
      `require("net").connect(${objectStorePodPort}, "${objectStoreHost(STORE)}").on("data", (text) => console.log(String(text)))`,
    );
  }

  function serverObjects(): string {
    const script = `
      const fs = require("fs");
      fs.appendFileSync("/data/starts", "start\\n");
      require("http").createServer((_, answer) => answer.end("hello")).listen(8080);
    `;
    const items = [
      {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { name: "data" },
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
      },
      {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "server", labels: { app: "server" } },
        spec: {
          securityContext: { runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000, runAsNonRoot: true },
          containers: [
            {
              name: "server",
              image: toolchain.images.operations.reference,
              command: ["node", "-e", script],
              readinessProbe: { httpGet: { path: "/", port: 8080 }, periodSeconds: 1 },
              volumeMounts: [{ name: "data", mountPath: "/data" }],
            },
          ],
          volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }],
        },
      },
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "server" },
        spec: { selector: { app: "server" }, ports: [{ port: 80, targetPort: 8080 }] },
      },
    ];
    return JSON.stringify({ apiVersion: "v1", kind: "List", items });
  }

  async function assertNothingLeft(): Promise<void> {
    assert.deepEqual(siteProcesses(NAME), []);
    assert.equal(existsSync(siteDir(NAME)), false);
    assert.equal(await readSite(NAME), undefined);
    const now = await hostState();
    assert.deepEqual(
      now.controlGroups.filter((group) => group.includes(NAME)),
      [],
    );
    assert.equal(now.networks.includes(`lpfd-${NAME}`), false);
    assert.equal(now.mounts, untouched.mounts);
  }

  it("is refused where its port is taken, before anything is touched", async () => {
    const other = createServer().listen(API_PORT, "127.0.0.1");
    await assert.rejects(
      ensureSite(spec, toolchain, context),
      /port 27443 on 127\.0\.0\.1 is in use by another/,
    );
    await new Promise((resolve) => other.close(resolve));
    await assertNothingLeft();
  });

  it("is refused under the name of an object store, and without the store that it names", async () => {
    await assert.rejects(
      ensureSite({ ...spec, name: STORE, objectStore: "e2e-other" }, toolchain, context),
      /the name e2e-store is taken by an embedded object store/,
    );
    await assert.rejects(
      ensureSite({ ...spec, objectStore: "e2e-other" }, toolchain, context),
      /object store e2e-other, which does not run/,
    );
    await assertNothingLeft();
  });

  it("becomes ready, and leaves the host as it was", async () => {
    const started = Date.now();
    const { kubeconfig } = await ensureSite(spec, toolchain, context);
    console.log(`      ready in ${((Date.now() - started) / 1000).toFixed(1)} s`);
    assert.match(kubeconfig, /server: https:\/\/127\.0\.0\.1:27443/);
    assert.equal((await readSite(NAME))?.problem, undefined);
    const now = await hostState();
    assert.deepEqual(now.interfaces, untouched.interfaces);
    assert.equal(now.addresses, untouched.addresses);
    assert.equal(now.firewall, untouched.firewall);
    assert.equal(now.mounts, untouched.mounts);
    assert.deepEqual(changedSysctls(untouched, now), []);
  });

  it("runs pods with volumes, Services and names", async () => {
    await kubectl(["apply", "--filename=-"], serverObjects());
    await kubectl(["wait", "pod/server", "--for=condition=Ready", "--timeout=60s"]);
    // A pod that is ready is a moment ahead of the rules of its Service.
    const answer = await waitForSuccess("the Service to answer", { timeoutMs: 15_000 }, () =>
      inPod('fetch("http://server.default").then((r) => r.text()).then(console.log)'),
    );
    assert.equal(answer, "hello");
    const lookup = (name: string): Promise<string> =>
      inPod(`require("dns").lookup("${name}", (error, address) => console.log(error?.code ?? address))`);
    assert.match(await lookup("server.default.svc.cluster.local"), /^10\.96\./);
    assert.equal(await lookup(objectStoreHost(STORE)), objectStoreAddress);
    assert.match(await lookup("example.com"), /^(ENOTFOUND|EAI_AGAIN)$/);
    assert.equal(
      await inPod('console.log(require("fs").readFileSync("/data/starts", "utf8").trim())'),
      "start",
    );
  });

  it("reaches the object store, also a new one of the same name", async () => {
    assert.equal(await askStore(), "from the store");
    await stopSandbox(STORE);
    await startStore();
    await ensureSite(spec, toolchain, context);
    assert.equal(await askStore(), "from the store");
  });

  it("reaches nothing else", async () => {
    const site = findSandbox(NAME);
    assert.ok(site);
    const { stdout } = await runInside(site, "ip", ["route", "show", "default"]);
    assert.equal(stdout, "");
  });

  it("is another owner's no more", async () => {
    await assert.rejects(
      ensureSite({ ...spec, owner: "other" }, toolchain, context),
      /belongs to e2e: choose another name/,
    );
  });

  it("comes back with its data after all its processes were killed", async () => {
    process.kill(findSandbox(NAME)?.pid ?? 0, "SIGKILL");
    for (let left = 50; sandboxProcesses(NAME).length > 0; left--) {
      assert.notEqual(left, 0, "not all processes have ended");
      await sleep(100);
    }
    assert.equal((await readSite(NAME))?.problem, "its processes do not run");
    await ensureSite(spec, toolchain, context);
    await kubectl(["wait", "pod/server", "--for=condition=Ready", "--timeout=90s"]);
    // The wait may see the state of before: what counts is that the pod has started again, on its old data.
    for (let left = 60; left > 0; left--) {
      const starts = await inPod('console.log(require("fs").readFileSync("/data/starts", "utf8"))').catch(
        () => "",
      );
      if (starts.split("\n").filter(Boolean).length === 2) break;
      assert.notEqual(left, 1, `the pod has not started again: ${starts}`);
      await sleep(1000);
    }
    assert.equal(await askStore(), "from the store");
  });

  it("removes a volume with its claim", async () => {
    const volumes = join(siteDir(NAME), "volumes");
    assert.equal(readdirSync(volumes).length, 1);
    await kubectl(["delete", "pod/server", "pvc/data", "--grace-period=1"]);
    for (let left = 30; readdirSync(volumes).length > 0; left--) {
      assert.notEqual(left, 0, "the volume is still there");
      await sleep(500);
    }
  });

  it("is killed at once, and leaves nothing", async () => {
    const started = Date.now();
    await killSite(NAME);
    console.log(`      gone in ${((Date.now() - started) / 1000).toFixed(1)} s`);
    await assertNothingLeft();
  });

  for (const milliseconds of [600, 1500, 4000, 9000]) {
    it(`is deleted, or goes on, when its making was killed after ${milliseconds} ms`, async () => {
      const begin = async (): Promise<void> => {
        const args = ["--import", "tsx", join(__dirname, "beginSite.ts"), JSON.stringify(spec)];
        const child = spawn(process.execPath, [...args, await writeManifest(toolchain)], { stdio: "pipe" });
        await new Promise<void>((resolve) =>
          child.stdout.once("data", () => {
            resolve();
          }),
        );
        await sleep(milliseconds - 500);
        child.kill("SIGKILL");
      };
      await begin();
      await deleteSite(NAME);
      await assertNothingLeft();
      await begin();
      await ensureSite(spec, toolchain, context);
      assert.equal((await readSite(NAME))?.problem, undefined);
      await deleteSite(NAME);
      await assertNothingLeft();
    });
  }
});
