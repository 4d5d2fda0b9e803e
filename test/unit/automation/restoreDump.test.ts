import assert from "node:assert/strict";
import type { Kubectl } from "../../../automation/kubectl";
import { askedFor } from "../../../automation/jobFromPattern";
import { restoreDump } from "../../../automation/restoreDump";
import { silentProgress } from "../../support/silentProgress";

const dump = "backup-2026-01-15-020000";
const signal = new AbortController().signal;

/** A living platform, as far as a restore of a dump asks for it. */
class Platform {
  /** What was done, in order. */
  readonly done: string[] = [];
  held: string | undefined;
  /** Operation that has switched, as the server notes it. */
  servedBy: string | undefined;
  /** What the words of `restore-dump` answer; what it throws is the Job's sentence. */
  answer: (word: string, environment: Record<string, string>) => unknown = (word, { OPERATION = "" }) => {
    if (word === "load") return { dump };
    if (word === "state")
      return { serving: { servedBy: { operation: this.servedBy } }, kept: [{ name: "k", dump }] };
    this.servedBy = OPERATION;
    return { action: "switched", kept: "k" };
  };
  /** What it throws kills the run before it does this. */
  before: (what: string) => void = () => undefined;
  jobs = ["verify"];

  get kubectl(): Kubectl {
    return this as unknown as Kubectl;
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- as kubectl does
  async call(args: string[], { input = "" }: { input?: string } = {}): Promise<string> {
    const text = args.slice(0, 4).join(" ");
    this.before(text);
    if (args[0] === "get" && args[1] === "cronjob") {
      const container = { name: "restore-dump", command: [], env: [] };
      return JSON.stringify({
        spec: {
          jobTemplate: {
            metadata: { labels: {} },
            spec: { template: { spec: { containers: [container] } } },
          },
        },
      });
    }
    if (args[1] === "configmaps") return `{"items": [${this.held ?? ""}]}`;
    if (args[0] === "get" && args[1] === "job")
      return this.jobs.includes(args[2] ?? "") && args.includes("--output=name") ? "job" : "";
    if (args[0] === "get")
      return args[1] === "deployments"
        ? JSON.stringify({ items: [{ metadata: { name: "lstm-pfd-dashboard" }, spec: { replicas: 3 } }] })
        : args[1] === "cronjobs"
          ? JSON.stringify({ items: [{ metadata: { name: "dump-database" }, spec: { suspend: false } }] })
          : "";
    this.done.push(text);
    if (args[0] === "create" || args[0] === "replace") this.held = input;
    if (args[0] === "delete" && args[1] === "configmap") this.held = undefined;
    return "";
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- as kubectl does
  async runJob(job: { metadata: { name: string; annotations: Record<string, string> } }): Promise<unknown> {
    const { command, environment } = JSON.parse(job.metadata.annotations[askedFor] ?? "{}") as {
      command: string[];
      environment: Record<string, string>;
    };
    const word = command.at(-1) ?? "";
    this.before(`job ${word}`);
    this.done.push(`job ${word}`);
    return this.answer(word, environment);
  }

  runCronJob(name: string): Promise<unknown> {
    this.done.push(`cronjob ${name}`);
    return Promise.resolve({ action: "committed" });
  }
}

const run = (platform: Platform, action: "dump" | "undo dump" = "dump") =>
  restoreDump(platform.kubectl, { action, dump }, silentProgress, signal);

describe("a restore of a dump into a living platform", () => {
  // Without the Job that verifies, whose own pattern this is not about.
  const platform = (): Platform => Object.assign(new Platform(), { jobs: [] });

  it("loads while the application runs, and stops it for the switch alone; the server goes on", async () => {
    const there = platform();
    const result = await run(there);
    assert.deepEqual(there.done, [
      "job load",
      "create --filename=-",
      "patch cronjob dump-database --type=merge",
      "scale deployment/lstm-pfd-dashboard --replicas=0",
      "wait --for=delete pod --selector=app=lstm-pfd,app.kubernetes.io/component in (dashboard,worker)",
      "job switch",
      "scale deployment/lstm-pfd-dashboard --replicas=3",
      "rollout status deployment/lstm-pfd-dashboard --timeout=600s",
      "replace --filename=-",
      "cronjob backup-database-full",
      "patch cronjob dump-database --type=merge",
      "delete configmap lstm-pfd-held --ignore-not-found",
    ]);
    assert.equal(result.switched?.action, "switched");
    assert.equal(result.verification, undefined);
  });

  it("leaves everything as it is when the dump cannot be loaded", async () => {
    const there = platform();
    there.answer = () => {
      throw new Error("restore-dump: it is cut off");
    };
    await assert.rejects(run(there), /it is cut off/);
    assert.deepEqual(there.done, ["job load"]);
  });

  it("starts the application again when nothing was switched", async () => {
    const there = platform();
    const { answer } = there;
    there.answer = (word, environment) => {
      if (word === "switch") throw new Error("restore-dump: somebody is connected");
      return answer(word, environment);
    };
    await assert.rejects(
      run(there),
      /somebody is connected\nNothing was switched: the database is served as it was/,
    );
    assert.ok(there.done.includes("scale deployment/lstm-pfd-dashboard --replicas=3"));
    assert.equal(there.held, undefined);
  });

  for (const [what, fails, message] of [
    ["was switched", (there: Platform) => there.servedBy, /certain: they were; .* the same command goes on/],
    ["is not known", () => undefined, /is not known; .* the same command goes on/],
  ] as const)
    it(`leaves the application stopped when it ${what}`, async () => {
      const there = platform();
      const { answer } = there;
      there.answer = (word, environment) => {
        const result = answer(word, environment);
        if (word === "switch") throw new Error("the node is gone");
        if (word === "state" && fails(there) === undefined) throw new Error("no answer");
        return result;
      };
      await assert.rejects(run(there), message);
      assert.ok(there.held !== undefined);
      assert.ok(!there.done.includes("scale deployment/lstm-pfd-dashboard --replicas=3"));
    });

  const steps = [
    "create",
    "patch cronjob",
    "scale",
    "wait",
    "job switch",
    "rollout",
    "replace",
    "delete configmap",
  ];
  for (const step of steps)
    it(`goes on when it was killed before "${step}", and switches once`, async () => {
      const there = platform();
      let killed = false;
      there.before = (what) => {
        if (killed || !what.startsWith(step)) return;
        killed = true;
        throw new DOMException("killed", "AbortError");
      };
      const aborted = new AbortController();
      aborted.abort();
      await assert.rejects(
        restoreDump(there.kubectl, { action: "dump", dump }, silentProgress, aborted.signal),
      );
      const operations = new Set<string>();
      const { answer } = there;
      if (there.servedBy !== undefined) operations.add(there.servedBy);
      there.answer = (word, environment) => {
        if (word === "switch") operations.add(environment["OPERATION"] ?? "");
        return answer(word, environment);
      };
      await run(there);
      assert.equal(operations.size, 1);
      assert.equal(there.held, undefined);
      assert.ok(there.done.filter((each) => each === "job load").length <= 2);
    });

  it("is refused while another restore is under way", async () => {
    const there = platform();
    const held = {
      action: "replace",
      wanted: "",
      operation: "a",
      startedAt: "today",
      replicas: {},
      suspended: {},
    };
    there.held = JSON.stringify({ data: { held: JSON.stringify(held) } });
    await assert.rejects(
      run(there),
      /a restore in place is under way since today \(to the end of the archive\)/,
    );
    assert.deepEqual(there.done, []);
  });

  it("is undone only where something is kept", async () => {
    const there = platform();
    const { answer } = there;
    there.answer = (word) => (word === "state" ? { kept: [] } : undefined);
    await assert.rejects(run(there, "undo dump"), /there is nothing to undo: no database is kept/);
    there.answer = answer;
    const result = await run(there, "undo dump");
    assert.ok(!there.done.includes("job load"));
    assert.equal(result.held.action, "undo dump");
  });
});
