import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RunningCluster } from "../lib/clusterFile";
import { withTemporaryDirectory } from "../lib/temporaryDirectory";
import type { Problem } from "./events";
import { Kubectl } from "./kubectl";
import { patience, type Verdict, whereAndWhy } from "./patience";
import { type NamespaceList, stuckJobs, stuckOthers } from "./stuckPods";

/** What the watch needs of kubectl. */
export type Caller = Pick<Kubectl, "call">;

/** How often it looks, and for how long what may last. */
export interface WatchLimits {
  everyMs: number;
  patience: ReturnType<typeof patience>;
  now: () => number;
}

const defaults = (): WatchLimits => ({ everyMs: 10_000, patience: patience(), now: Date.now });

/** Looks at the pods of one namespace while an `up` runs. */
export class PodWatch {
  private readonly ended = new Map<string, Verdict>();
  private last: NamespaceList = { items: [] };

  constructor(
    private readonly kubectl: Caller,
    private readonly limits: WatchLimits = defaults(),
  ) {}

  /** Looks until it is told to stop. An API server that does not answer is no verdict. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.look().catch(() => undefined);
      await sleep(this.limits.everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /**
   * Looks once, and ends each Job of which something has been stuck for too long: by its deadline, so that it fails in the
   * cluster, the engine hears of it as of any other failure, and the next `up` begins it anew.
   */
  async look(): Promise<void> {
    const list = ["get", "jobs,pods,events", "--output=json"];
    this.last = JSON.parse(await this.kubectl.call(list)) as NamespaceList;
    for (const verdict of this.limits.patience.judge(stuckJobs(this.last), this.limits.now())) {
      if (this.ended.has(verdict.job)) continue;
      const patch = JSON.stringify({ spec: { activeDeadlineSeconds: 1 } });
      await this.kubectl.call(["patch", "job", verdict.job, "--type=merge", `--patch=${patch}`]);
      this.ended.set(verdict.job, verdict);
    }
  }

  /**
   * What went wrong, with the causes that the engine does not know: why the Jobs that were ended did not start, and which pods
   * of the application do not, when that is what was waited for.
   */
  explain(problems: readonly Problem[]): Problem[] {
    const others = problems.filter(({ message }) => this.ended.size === 0 || !ownDeadline.test(message));
    const ofJobs = [...this.ended.values()].map(({ job, sentence }) => ({
      resource: job,
      message: sentence,
    }));
    const ofApplication = problems.some(({ message }) => timedOut.test(message))
      ? stuckOthers(this.last).map((stuck) => ({ resource: "", message: whereAndWhy(stuck) }))
      : [];
    return [...ofJobs, ...others, ...ofApplication];
  }
}

/** As the provider tells the end of a Job by its deadline. Whatever else it says of it comes from pods that never ran. */
const ownDeadline =
  /DeadlineExceeded|active longer than specified deadline|Back-off pulling|ErrImagePull|Unschedulable/;
/** As Helm says that it has waited long enough. */
const timedOut = /timed out waiting|context deadline exceeded|not ready/;

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
      watch = new PodWatch(new Kubectl({ kubeconfig, namespace: cluster.namespace, signal: stopped }));
      await watch.run(stopped);
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
