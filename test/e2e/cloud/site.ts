import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { waitForSuccess } from "../../../lib/wait";
import {
  objectStoreAddress,
  objectStoreHost,
  objectStorePodPort,
} from "@lstm-pfd/local-cloud/object-store/address";
import { siteDir } from "@lstm-pfd/local-cloud/paths";
import { findSandbox, runInside, sandboxProcesses, stopSandbox } from "@lstm-pfd/local-cloud/sandbox";
import { deleteSite, killSite, readSite } from "@lstm-pfd/local-cloud/site";
import { writeManifest } from "@lstm-pfd/local-cloud/toolchain/manifest";
import type { Cloud } from "./cloud";

/** The site is made, works, and comes back. The store runs already. */
export function siteCases(cloud: Cloud): void {
  const { siteName: name, apiPort } = cloud;
  const store = cloud.store.name;
  const certified = new RegExp(`DNS:${store}\\.objects\\.internal`);

  it("is refused where its port is taken, before anything is touched", async () => {
    const other = createServer().listen(apiPort, "127.0.0.1");
    await assert.rejects(
      cloud.ensureSite(),
      new RegExp(`port ${apiPort} on 127\\.0\\.0\\.1 is in use by another`),
    );
    await new Promise((resolve) => other.close(resolve));
    await cloud.assertNoSite();
  });

  it("is refused under the name of an object store, and without the store that it names", async () => {
    await assert.rejects(
      cloud.ensureSite({ name: store, objectStore: "e2e-other" }),
      new RegExp(`the name ${store} is taken by an embedded object store`),
    );
    await assert.rejects(
      cloud.ensureSite({ objectStore: "e2e-other" }),
      /object store e2e-other, which does not run/,
    );
    await cloud.assertNoSite();
  });

  it("becomes ready, and leaves the host as it was", async () => {
    const started = Date.now();
    const kubeconfig = await cloud.ensureSite();
    console.log(`      ready in ${((Date.now() - started) / 1000).toFixed(1)} s`);
    assert.match(kubeconfig, new RegExp(`server: https://127\\.0\\.0\\.1:${apiPort}`));
    assert.equal((await readSite(name))?.problem, undefined);
    const changes = await cloud.hostChanges();
    assert.deepEqual(
      changes.filter((change) => /^. (interfaces|firewall|settings|mounts): /.test(change)),
      [],
    );
  });

  it("runs pods with volumes, Services and names", async () => {
    await cloud.kubectl(["apply", "--filename=-"], serverObjects(cloud));
    await cloud.kubectl(["wait", "pod/server", "--for=condition=Ready", "--timeout=60s"]);
    // A pod that is ready is a moment ahead of the rules of its Service.
    const answer = await waitForSuccess("the Service to answer", { timeoutMs: 15_000 }, () =>
      inPod(cloud, 'fetch("http://server.default").then((r) => r.text()).then(console.log)'),
    );
    assert.equal(answer, "hello");
    const lookup = (name: string): Promise<string> =>
      inPod(
        cloud,
        `require("dns").lookup("${name}", (error, address) => console.log(error?.code ?? address))`,
      );
    assert.match(await lookup("server.default.svc.cluster.local"), /^10\.96\./);
    assert.equal(await lookup(objectStoreHost(store)), objectStoreAddress);
    assert.match(await lookup("example.com"), /^(ENOTFOUND|EAI_AGAIN)$/);
    assert.equal(
      await inPod(cloud, 'console.log(require("fs").readFileSync("/data/starts", "utf8").trim())'),
      "start",
    );
  });

  it("reaches the object store, also a new one of the same name", async () => {
    assert.match(await askStore(cloud), certified);
    await stopSandbox(store);
    await cloud.ensureStore();
    await cloud.ensureSite();
    assert.match(await askStore(cloud), certified);
  });

  it("reaches nothing else", async () => {
    const site = findSandbox(name);
    assert.ok(site);
    const { stdout } = await runInside(site, "ip", ["route", "show", "default"]);
    assert.equal(stdout, "");
  });

  it("is another owner's no more", async () => {
    await assert.rejects(cloud.ensureSite({ owner: "other" }), /belongs to e2e: choose another name/);
  });

  it("comes back with its data after all its processes were killed", async () => {
    process.kill(findSandbox(name)?.pid ?? 0, "SIGKILL");
    for (let left = 50; sandboxProcesses(name).length > 0; left--) {
      assert.notEqual(left, 0, "not all processes have ended");
      await sleep(100);
    }
    assert.equal((await readSite(name))?.problem, "its processes do not run");
    await cloud.ensureSite();
    await cloud.kubectl(["wait", "pod/server", "--for=condition=Ready", "--timeout=90s"]);
    // The wait may see the state of before: what counts is that the pod has started again, on its old data.
    for (let left = 60; left > 0; left--) {
      const starts = await inPod(
        cloud,
        'console.log(require("fs").readFileSync("/data/starts", "utf8"))',
      ).catch(() => "");
      if (starts.split("\n").filter(Boolean).length === 2) break;
      assert.notEqual(left, 1, `the pod has not started again: ${starts}`);
      await sleep(1000);
    }
    assert.match(await askStore(cloud), certified);
  });

  it("removes a volume with its claim", async () => {
    const volumes = join(siteDir(name), "volumes");
    assert.equal(readdirSync(volumes).length, 1);
    await cloud.kubectl(["delete", "pod/server", "pvc/data", "--grace-period=1"]);
    for (let left = 30; readdirSync(volumes).length > 0; left--) {
      assert.notEqual(left, 0, "the volume is still there");
      await sleep(500);
    }
  });
}

/** The site is removed in one blow. */
export function siteEndCases(cloud: Cloud): void {
  const { siteName: name } = cloud;

  it("is killed at once, and leaves nothing", async () => {
    const started = Date.now();
    await killSite(name);
    console.log(`      gone in ${((Date.now() - started) / 1000).toFixed(1)} s`);
    await cloud.assertNoSite();
  });
}

/**
 * The making of a site is killed after a time. There is no site before, and none after it.
 * @param milliseconds at least 500
 */
export function killedMakingCase(cloud: Cloud, milliseconds: number): void {
  const { siteName: name } = cloud;

  it(`is deleted, or goes on, when its making was killed after ${milliseconds} ms`, async () => {
    const begin = async (): Promise<void> => {
      const args = ["--import", "tsx", join(__dirname, "beginSite.ts"), JSON.stringify(cloud.site)];
      const child = spawn(process.execPath, [...args, await writeManifest(cloud.toolchain)], {
        stdio: "pipe",
      });
      await new Promise<void>((resolve) =>
        child.stdout.once("data", () => {
          resolve();
        }),
      );
      await sleep(milliseconds - 500);
      child.kill("SIGKILL");
    };
    await begin();
    await deleteSite(name);
    await cloud.assertNoSite();
    await begin();
    await cloud.ensureSite();
    assert.equal((await readSite(name))?.problem, undefined);
    await deleteSite(name);
    await cloud.assertNoSite();
  });
}

/** Runs JavaScript in the pod `server`. */
async function inPod(cloud: Cloud, script: string): Promise<string> {
  return (await cloud.kubectl(["exec", "server", "--", "node", "-e", script])).stdout.trim();
}

/** Names in the certificate that a pod is shown by the object store. */
function askStore(cloud: Cloud): Promise<string> {
  const options = `{ port: ${objectStorePodPort}, host: "${objectStoreHost(cloud.store.name)}", rejectUnauthorized: false }`;
  return inPod(
    cloud,
    `const s = require("tls").connect(${options}, () => { console.log(s.getPeerCertificate().subjectaltname); s.destroy(); })`,
  );
}

/** A pod that counts its starts on a volume, and its Service. */
function serverObjects(cloud: Cloud): string {
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
            image: cloud.toolchain.images.operations.reference,
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
