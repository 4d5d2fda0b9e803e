import { patience, type Verdict } from "./patience";
import { type NamespaceList, stuckJobs } from "./stuckPods";

/** What may be replaced in a test. */
export interface PodWatchParts {
  patience: ReturnType<typeof patience>;
  /** The time in milliseconds. */
  now: () => number;
}

/** Looks at the pods of one namespace while an `up` runs. */
export class PodWatch {
  private readonly known = new Map<string, Verdict>();
  private list: NamespaceList = { items: [] };

  /** @param call standard output of kubectl in the namespace */
  constructor(
    private readonly call: (args: readonly string[]) => Promise<string>,
    private readonly parts: PodWatchParts = { patience: patience(), now: Date.now },
  ) {}

  /** What was in the namespace when it was last looked at. */
  get last(): NamespaceList {
    return this.list;
  }

  /** Why each Job was ended that was. */
  get ended(): readonly Verdict[] {
    return [...this.known.values()];
  }

  /**
   * Looks once, and ends each Job of which something has been stuck for too long: by its deadline, so that it fails in the
   * cluster, the engine hears of it as of any other failure, and the next `up` begins it anew.
   * @returns the Jobs that it has ended now
   * @throws Error of kubectl: an API server that does not answer is no verdict
   */
  async look(): Promise<Verdict[]> {
    this.list = JSON.parse(await this.call(["get", "jobs,pods,events", "--output=json"])) as NamespaceList;
    const found = this.parts.patience
      .judge(stuckJobs(this.list), this.parts.now())
      .filter(({ job }) => !this.known.has(job));
    for (const verdict of found) {
      if (this.known.has(verdict.job)) continue;
      const patch = JSON.stringify({ spec: { activeDeadlineSeconds: 1 } });
      await this.call(["patch", "job", verdict.job, "--type=merge", `--patch=${patch}`]);
      this.known.set(verdict.job, verdict);
    }
    return found.filter((verdict) => this.known.get(verdict.job) === verdict);
  }
}
