import { spawn, type ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { CommandError, run } from "../lib/process";
import { names } from "../plan/names";

/** The cluster and namespace that kubectl works on. */
export interface KubectlTarget {
  /** File with the kubeconfig. */
  kubeconfig: string;
  namespace: string;
  signal: AbortSignal;
}

/** Longest wait for an answer of the API server. */
const REQUEST_MS = 60_000;
const POLL_MS = 500;

/** kubectl on one namespace of one site. Found on the path; the kubeconfig goes by file. */
export class Kubectl {
  constructor(private readonly target: KubectlTarget) {}

  /** The same on another namespace. */
  inNamespace(namespace: string): Kubectl {
    return new Kubectl({ ...this.target, namespace });
  }

  /** The same, stopped by another signal. */
  withSignal(signal: AbortSignal): Kubectl {
    return new Kubectl({ ...this.target, signal });
  }

  /** Standard output of a call. @throws Error with kubectl's own last line */
  async call(args: readonly string[], options: { input?: string; timeoutMs?: number } = {}): Promise<string> {
    const { signal } = this.target;
    try {
      const { stdout } = await run("kubectl", this.words(args), {
        signal,
        timeoutMs: options.timeoutMs ?? REQUEST_MS,
        ...(options.input === undefined ? {} : { input: options.input }),
      });
      return stdout;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof CommandError)) throw error;
      throw new Error(`kubectl ${args[0] ?? ""}: ${error.stderr.trim().split("\n").at(-1) || error.message}`);
    }
  }

  /** Answers of the database to statements, as superuser by the socket; one line for each row. */
  psql(args: readonly string[], input: string, timeoutMs = 10 * REQUEST_MS): Promise<string> {
    const psql = ["psql", `--host=${names.databaseSocket}`, "--username=postgres", ...args];
    const target = [
      "exec",
      "--stdin",
      `statefulset/${names.databaseStatefulSet}`,
      `--container=${names.databaseContainer}`,
      "--",
    ];
    return this.call([...target, ...psql], { input, timeoutMs });
  }

  /** One value from the application's database. */
  async value(sql: string): Promise<string> {
    const args = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"];
    return (await this.psql([...args, `--dbname=${names.database}`, "--file=-"], sql)).trim();
  }

  /** Waits until the database takes writes. */
  async databaseReady(): Promise<void> {
    await this.call(["rollout", "status", `statefulset/${names.databaseStatefulSet}`, "--timeout=300s"], {
      timeoutMs: 310_000,
    });
  }

  /** Makes a Job and waits for its end. @returns what it printed as its result */
  async runJob(job: Job, limitSeconds: number): Promise<unknown> {
    await this.call(["create", "--filename=-"], { input: JSON.stringify(job) });
    return this.finishJob(job.metadata.name, limitSeconds);
  }

  /** Runs a CronJob now, from its own template. @returns what the Job printed as its result */
  async runCronJob(cronJob: string, job: string, limitSeconds: number): Promise<unknown> {
    await this.call(["create", "job", job, `--from=cronjob/${cronJob}`]);
    return this.finishJob(job, limitSeconds);
  }

  /**
   * Waits for the end of a Job.
   * @param detail is told its newest line now and then
   * @throws Error with the one sentence of the command, when it failed
   */
  async finishJob(
    job: string,
    limitSeconds: number,
    detail: (text: string) => void = () => undefined,
  ): Promise<unknown> {
    const deadline = Date.now() + limitSeconds * 1000;
    for (;;) {
      const { status } = JSON.parse(await this.call(["get", "job", job, "--output=json"])) as JobStatus;
      const ended = status?.conditions?.find(
        (condition) => condition.status === "True" && /^(Complete|Failed)$/.test(condition.type),
      );
      if (ended?.type === "Complete") return this.result(`job/${job}`);
      if (ended !== undefined) throw new Error(await this.failure(job));
      if (Date.now() > deadline)
        throw new Error(`job ${job} did not end within ${limitSeconds} s: look at its log`);
      // A pod that has not begun has no log.
      detail((await this.call(["logs", `job/${job}`, "--tail=1"]).catch(() => "")).trim());
      await sleep(POLL_MS, undefined, { signal: this.target.signal });
    }
  }

  /** The result that a recovery command printed as its last line; undefined when it printed none. */
  async result(workload: string): Promise<unknown> {
    const last = (await this.call(["logs", workload, "--tail=1"])).trim();
    return last.startsWith("RESULT ") ? (JSON.parse(last.slice("RESULT ".length)) as unknown) : undefined;
  }

  /** Follows the log of a pod; the caller ends the process. */
  follow(workload: string): ChildProcess {
    return spawn("kubectl", this.words(["logs", "--follow", "--tail=-1", workload]), {
      stdio: ["ignore", "pipe", "ignore"],
    });
  }

  private async failure(job: string): Promise<string> {
    const pods = JSON.parse(
      await this.call(["get", "pods", `--selector=job-name=${job}`, "--output=json"]),
    ) as PodList;
    // A Job may have tried with several; names are no order.
    const inOrder = pods.items.sort((a, b) =>
      (a.metadata?.creationTimestamp ?? "").localeCompare(b.metadata?.creationTimestamp ?? ""),
    );
    const messages = inOrder.flatMap((pod) =>
      (pod.status?.containerStatuses ?? []).flatMap(({ state }) => state?.terminated?.message ?? []),
    );
    return messages.at(-1)?.trim() ?? `job ${job} failed and left no message`;
  }

  private words(args: readonly string[]): string[] {
    return [`--kubeconfig=${this.target.kubeconfig}`, `--namespace=${this.target.namespace}`, ...args];
  }
}

/** As much of a Job as is needed to find it again. */
interface Job {
  metadata: { name: string };
}

interface JobStatus {
  status?: { conditions?: { type: string; status: string }[] };
}

interface PodList {
  items: {
    metadata?: { creationTimestamp?: string };
    status?: { containerStatuses?: { state?: { terminated?: { message?: string } } }[] };
  }[];
}
