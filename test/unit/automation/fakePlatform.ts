import { askedFor } from "../../../automation/jobFromPattern";
import type { Kubectl } from "../../../automation/kubectl";

interface FakeObject {
  metadata: { name: string; annotations?: Record<string, string> };
  spec?: Record<string, unknown>;
  [field: string]: unknown;
}

/** What a Job is made with, as far as tests look. */
export interface MadeJob {
  name: string;
  words: string[];
  environment: Record<string, string>;
}

/** A living platform, as far as a restore of the models asks for it. */
export class FakePlatform {
  /** Kind and name → object. */
  readonly objects = new Map<string, FakeObject>();
  /** What was asked for, and did not only look. */
  readonly done: string[] = [];
  readonly jobs: MadeJob[] = [];
  /** Answer of a Job; what it throws is the Job's sentence. */
  answer: (job: MadeJob) => unknown = () => undefined;
  /** Called before each call; what it throws is a kill. */
  before: (what: string) => void = () => undefined;
  /** Lists of the worker's pods, before there are none. */
  lingering = 1;

  constructor(replicas: number, suspended: boolean) {
    const container = { name: "c", command: [], env: [{ name: "S3_BUCKET", value: "backups" }] };
    const spec = { template: { metadata: {}, spec: { containers: [container] } } };
    for (const name of ["restore-models", "verify"]) this.put("job", { metadata: { name }, spec });
    this.put("deployment", { metadata: { name: "lstm-pfd-worker" }, spec: { replicas } });
    this.put("cronjob", { metadata: { name: "backup-models-always" }, spec: { suspend: suspended } });
    this.put("cronjob", { metadata: { name: "backup-models-changed" }, spec: { suspend: false } });
  }

  /** To be handed to what is tested. */
  get kubectl(): Kubectl {
    return this as unknown as Kubectl;
  }

  get replicas(): unknown {
    return this.objects.get("deployment lstm-pfd-worker")?.spec?.["replicas"];
  }

  get suspended(): unknown[] {
    return ["always", "changed"].map(
      (name) => this.objects.get(`cronjob backup-models-${name}`)?.spec?.["suspend"],
    );
  }

  get holds(): boolean {
    return [...this.objects.keys()].some((key) => key.startsWith("configmap"));
  }

  put(kind: string, object: FakeObject): void {
    this.objects.set(`${kind} ${object.metadata.name}`, object);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- as kubectl does
  async call(args: string[], { input = "" }: { input?: string } = {}): Promise<string> {
    const [verb = "", kind = "", name = ""] = args;
    this.before(args.join(" "));
    if (verb === "get" && kind === "pods") return this.pods();
    // What a restore of the database holds.
    if (verb === "get" && kind === "configmaps") return JSON.stringify({ items: [] });
    if (verb === "get") {
      const found = this.objects.get(`${kind} ${name}`);
      if (found === undefined && !args.includes("--ignore-not-found"))
        throw new Error(`${kind} ${name} not found`);
      return found === undefined ? "" : JSON.stringify(found);
    }
    this.done.push(args.join(" "));
    if (verb === "create") {
      const object = JSON.parse(input) as FakeObject & { kind: string };
      const key = `${object.kind.toLowerCase()} ${object.metadata.name}`;
      if (this.objects.has(key)) throw new Error(`${key} already exists`);
      this.objects.set(key, object);
    } else if (verb === "delete") this.objects.delete(`${kind} ${name}`);
    else if (verb === "patch") {
      const { spec } = JSON.parse((args[4] ?? "").slice("--patch=".length)) as { spec: object };
      this.patch(`${kind} ${name}`, spec);
    }
    return "";
  }

  async runJob(job: FakeObject, limitSeconds: number): Promise<unknown> {
    await this.call(["create", "job", job.metadata.name], { input: JSON.stringify({ ...job, kind: "Job" }) });
    return this.finishJob(job.metadata.name, limitSeconds);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- as kubectl does
  async finishJob(name: string, limitSeconds: number): Promise<unknown> {
    this.before(`wait for ${name}, ${limitSeconds} s`);
    const job = this.objects.get(`job ${name}`);
    const { command, environment } = JSON.parse(job?.metadata.annotations?.[askedFor] ?? "{}") as {
      command: string[];
      environment: Record<string, string>;
    };
    const made = { name, words: command.slice(1), environment };
    this.jobs.push(made);
    const ended = (type: string): void => {
      this.put("job", { ...job, metadata: { name }, status: { conditions: [{ type, status: "True" }] } });
    };
    try {
      const result = this.answer(made);
      ended("Complete");
      return result;
    } catch (error) {
      ended("Failed");
      throw error;
    }
  }

  private pods(): string {
    const ending = this.replicas === 0 && this.lingering > 0;
    if (ending) this.lingering -= 1;
    const items = this.replicas !== 0 || ending ? [{ metadata: { name: "worker-1" } }] : [];
    return JSON.stringify({ items });
  }

  private patch(key: string, spec: object): void {
    const object = this.objects.get(key);
    if (object === undefined) throw new Error(`${key} not found`);
    this.objects.set(key, { ...object, spec: { ...object.spec, ...spec } });
  }
}
