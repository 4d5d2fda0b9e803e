import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RunningCluster } from "../lib/clusterFile";
import { withTemporaryDirectory } from "../lib/temporaryDirectory";
import { whereAndWhy } from "../plan/patience";
import { PodWatch } from "../plan/podWatch";
import { stuckOthers } from "../plan/stuckPods";
import type { Problem } from "./events";
import { Kubectl } from "./kubectl";

const everyMs = 10_000;

/**
 * What went wrong, with the causes that the engine does not know: why the Jobs that were ended did not start, and which pods of
 * the application do not, when that is what was waited for.
 */
export function explain(
  { ended, last }: Pick<PodWatch, "ended" | "last">,
  problems: readonly Problem[],
): Problem[] {
  const others = problems.filter(({ message }) => ended.length === 0 || !ownDeadline.test(message));
  const ofJobs = ended.map(({ job, sentence }) => ({ resource: job, message: sentence }));
  const ofApplication = problems.some(({ message }) => timedOut.test(message))
    ? stuckOthers(last).map((stuck) => ({ resource: "", message: whereAndWhy(stuck) }))
    : [];
  return [...ofJobs, ...others, ...ofApplication];
}

/** As the provider tells the end of a Job by its deadline. Whatever else it says of it comes from pods that never ran. */
const ownDeadline =
  /DeadlineExceeded|active longer than specified deadline|Back-off pulling|ErrImagePull|Unschedulable/;
/** As Helm says that it has waited long enough. */
const timedOut = /timed out waiting|context deadline exceeded|not ready/;

/** Looks at the pods of a stack, and ends the Jobs that cannot start, until it is told to stop. */
async function watchUntil(watch: PodWatch, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await watch.look().catch(() => undefined);
    await sleep(everyMs, undefined, { signal }).catch(() => undefined);
  }
}

/**
 * Watches the pods of a stack while `work` brings it up, from when its program tells where the cluster is.
 * @param stack its name
 * @param work gets the path for the program to tell that in, and the watch, once it has begun
 */
export async function whileWatchingPods<T>(
  stack: string,
  signal: AbortSignal,
  work: (clusterFile: string, watch: () => PodWatch | undefined) => Promise<T>,
): Promise<T> {
  return withTemporaryDirectory("cluster", async (directory) => {
    const stop = new AbortController();
    const stopped = AbortSignal.any([stop.signal, signal]);
    const clusterFile = join(directory, "cluster.json");
    let watch: PodWatch | undefined;
    const watching = (async () => {
      const cluster = await appearing(clusterFile, stack, stopped);
      if (cluster === undefined) return;
      const kubeconfig = join(directory, "kubeconfig");
      await writeFile(kubeconfig, cluster.kubeconfig, { mode: 0o600 });
      const kubectl = new Kubectl({ kubeconfig, namespace: cluster.namespace, signal: stopped });
      watch = new PodWatch((args) => kubectl.call(args));
      await watchUntil(watch, stopped);
    })();
    try {
      return await work(clusterFile, () => watch);
    } finally {
      stop.abort();
      await watching.catch(() => undefined);
    }
  });
}

/** The cluster of the stack, once it is told; undefined when that was stopped before. */
async function appearing(
  path: string,
  stack: string,
  signal: AbortSignal,
): Promise<RunningCluster | undefined> {
  while (!signal.aborted) {
    if (existsSync(path)) {
      const cluster = JSON.parse(readFileSync(path, "utf8")) as RunningCluster;
      if (cluster.stack === stack) return cluster;
    }
    await sleep(1_000, undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}
