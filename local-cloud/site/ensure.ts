import { mkdir, rename, statfs, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isCgroupV1 } from "../sandbox/cgroups";
import { ensureSandbox, findSandbox, type Sandbox } from "../sandbox/sandbox";
import { exclusively } from "../sandbox/exclusive";
import { checkHostPort } from "../sandbox/hostPort";
import { joinObjectStoreNetwork } from "../sandbox/link";
import { checkName } from "../sandbox/networkName";
import { sandboxDir } from "../sandbox/record";
import { run } from "../../lib/process";
import { waitForSuccess } from "../../lib/wait";
import type { Toolchain } from "../toolchain";
import { siteApi } from "./api";
import { configFiles, type NodeTraits } from "./configFiles";
import { siteProblem } from "./health";
import { importImages } from "./importImages";
import { hostServer, kubeconfigOf } from "./kubeconfig";
import { siteLayout, type SiteLayout } from "./layout";
import { siteManifests } from "./manifests";
import { ensurePki } from "./pki";
import { prepareScript } from "./prepare";
import { recordedSpec, startedAt } from "./read";
import { siteServices } from "./services";
import { checkSpace } from "./space";
import { PURPOSE, specProblems, type Available, type SiteSpec } from "./spec";

/** File system type of a container's own disk, on which the kernel stacks no second overlay. */
const OVERLAYFS = 0x794c7630;

const READY_TIMEOUT_MS = 180_000;

/** What `ensureSite` is told beside the spec. */
export interface SiteContext {
  /** Stops it; the next call goes on from there. */
  signal: AbortSignal;
  /** Hears what it is doing. */
  detail: (text: string) => void;
}

/** What a toolchain offers to sites. */
export function availableOf(toolchain: Toolchain): Available {
  return {
    kubernetesVersion: toolchain.versions["kubernetes"] ?? "",
    images: Object.values(toolchain.images).map(({ reference }) => reference),
  };
}

/**
 * Makes a site as described, and returns when it is ready for work: API server, node, names, volumes, images. Does
 * only what is missing: starts again what has died, with its data, and imports new images. A call that is killed leaves
 * what the next one goes on with, or `deleteSite` removes.
 * @returns a kubeconfig with all rights, valid on this host
 * @throws Error in one sentence when the spec, its name or its port cannot be used, before anything is touched;
 * Error that names what is not ready when it takes longer than three minutes
 */
export async function ensureSite(
  spec: SiteSpec,
  toolchain: Toolchain,
  { signal, detail }: SiteContext,
): Promise<{ kubeconfig: string }> {
  const problems = specProblems(spec, availableOf(toolchain));
  if (problems.length > 0) {
    throw new Error(problems.map(({ property, reason }) => `${property} ${reason}`).join("; "));
  }
  return exclusively(spec.name, signal, detail, async () => {
    await checkFree(spec);
    const store = storeOf(spec);
    const layout = siteLayout(spec.name);
    detail("keys and configuration");
    await writeFiles(spec, layout, toolchain, signal);
    detail("starting the control plane");
    const site = await ensureSandbox({
      name: spec.name,
      purpose: PURPOSE,
      prepare: prepareScript(layout),
      services: siteServices(spec, layout, toolchain.binDir),
    });
    if (store) await joinObjectStoreNetwork(site, store, signal);
    await Promise.all([
      importImages(site, layout.containerd, archivesOf(spec, toolchain), signal),
      applyManifests(spec, layout, toolchain, signal),
    ]);
    await untilReady(spec, layout, { signal, detail });
    return { kubeconfig: adminKubeconfig(spec, layout) };
  });
}

/**
 * Looks whether a site can be made, or gone on with, by its owner. Touches nothing.
 * @throws Error with one sentence when its name or port is another's, or the disk is too full for a new one
 */
export async function checkFree({
  name,
  apiPort,
  owner,
}: Pick<SiteSpec, "name" | "apiPort" | "owner">): Promise<void> {
  checkName(name, PURPOSE);
  const recorded = recordedSpec(name);
  if (recorded !== undefined && recorded.owner !== owner) {
    throw new Error(
      `the site ${name} is there already and belongs to ${recorded.owner}: choose another name, or remove it with that stack; it was not touched`,
    );
  }
  if (recorded === undefined) await checkSpace();
  const holdsPort = recorded?.apiPort === apiPort && findSandbox(name) !== undefined;
  if (!holdsPort) await checkHostPort(apiPort, `the API server of site ${name}`);
}

function adminKubeconfig({ name, apiPort }: SiteSpec, { pki }: SiteLayout): string {
  return kubeconfigOf(pki, "admin", name, hostServer(apiPort));
}

function storeOf({ name, objectStore }: SiteSpec): Sandbox | undefined {
  if (objectStore === undefined) return undefined;
  const store = findSandbox(objectStore);
  if (store) return store;
  throw new Error(
    `site ${name} is to be linked with the embedded object store ${objectStore}, which does not run: bring the vault up first`,
  );
}

async function writeFiles(
  spec: SiteSpec,
  layout: SiteLayout,
  toolchain: Toolchain,
  signal: AbortSignal,
): Promise<void> {
  for (const directory of [layout.root, layout.etcd])
    await mkdir(directory, { recursive: true, mode: 0o700 });
  for (const directory of [layout.containerd, layout.kubelet, layout.podLogs, layout.volumes]) {
    await mkdir(directory, { recursive: true });
  }
  await ensurePki(layout.pki, spec.name, signal);
  const { type } = await statfs(layout.root);
  const traits: NodeTraits = {
    pauseImage: toolchain.images.pause.reference,
    snapshotter: type === OVERLAYFS ? "native" : "overlayfs",
    cgroupV1: isCgroupV1(),
  };
  const files = {
    ...configFiles(spec.name, layout, traits),
    [join(layout.kubeconfigs, "admin")]: adminKubeconfig(spec, layout),
    [layout.spec]: JSON.stringify(spec, undefined, 2),
  };
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(`${path}.new`, content, { mode: 0o600 });
    await rename(`${path}.new`, path);
  }
}

/** Archives with the images of a spec, and with those that the node itself needs. */
function archivesOf(spec: SiteSpec, { images }: Toolchain): string[] {
  const needed = [images.pause.reference, images.coredns.reference, ...spec.images];
  const archives = Object.values(images)
    .filter(({ reference }) => needed.includes(reference))
    .map(({ archive }) => archive);
  return [...new Set(archives)];
}

async function applyManifests(
  spec: SiteSpec,
  layout: SiteLayout,
  toolchain: Toolchain,
  signal: AbortSignal,
): Promise<void> {
  const api = siteApi(layout.pki, spec.apiPort);
  await until(spec.name, signal, async () => {
    try {
      await api.get("/readyz", signal);
      return undefined;
    } catch (error) {
      signal.throwIfAborted();
      return (error as Error).message;
    }
  });
  const items = siteManifests(toolchain.images.coredns.reference, spec.objectStore);
  const apply = [
    "apply",
    "--server-side",
    "--force-conflicts",
    "--field-manager=embedded-site",
    "--filename=-",
  ];
  const access = [`--kubeconfig=${layout.kubeconfigs}/admin`, `--cache-dir=${layout.config}/discovery`];
  // The first answers of a fresh API server may come before all of its own objects are there.
  await waitForSuccess("the cluster's own objects to be applied", { timeoutMs: 20_000, everyMs: 500 }, () => {
    signal.throwIfAborted();
    return run(join(toolchain.binDir, "kubectl"), [...access, ...apply], {
      signal,
      input: JSON.stringify({ apiVersion: "v1", kind: "List", items }),
    });
  });
}

async function untilReady(
  spec: SiteSpec,
  layout: SiteLayout,
  { signal, detail }: SiteContext,
): Promise<void> {
  const api = siteApi(layout.pki, spec.apiPort);
  const since = startedAt(spec.name);
  let said = "";
  await until(spec.name, signal, async () => {
    const problem = await siteProblem(api, spec.name, since, signal);
    if (problem !== undefined && problem !== said) detail((said = problem));
    return problem;
  });
  detail("ready");
}

/** Asks for a problem until there is none. */
async function until(
  name: string,
  signal: AbortSignal,
  problemOf: () => Promise<string | undefined>,
): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    const problem = await problemOf();
    if (problem === undefined) return;
    if (Date.now() > deadline) {
      throw new Error(
        `site ${name} is not ready after ${READY_TIMEOUT_MS / 1000} s: ${problem}; the logs in ${sandboxDir(name)}/logs say more`,
      );
    }
    await sleep(150, undefined, { signal });
  }
}
