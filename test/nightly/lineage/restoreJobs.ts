import assert from "node:assert/strict";
import type { Kubectl } from "../../../automation/kubectl";
import { jobNames, names } from "../../../plan/names";
import { stopAtScript } from "./stopAt";

/** How a restore differs from that of the platform. */
export interface Trial {
  /** Name of the Job. */
  name: string;
  /** Claim of a volume of {@link RestoreJobs.volume}, or bytes of a volume that goes with the pod. */
  volume: { claim: string } | { bytes: string };
  /** Line, or path that something is renamed to, after which the command sends itself a signal, or its volume is full but for 64 MiB. @default it runs to its end */
  stop?: ({ at: string } | { atRename: string }) & { by: "SIGKILL" | "SIGSTOP" | "FULL" };
  /** Variables in place of those of the platform. */
  env?: Readonly<Record<string, string>>;
  /** Program in place of the restore. */
  command?: readonly string[];
}

/** How it ended. */
export interface Ended {
  /** Of the command, 128 and the number of a signal included. */
  exitCode: number;
  log: string;
  /** What the command left as its last word. */
  message: string;
  /** Absent when it failed. */
  result?: Record<string, unknown>;
}

interface Container {
  name: string;
  command: string[];
  env: { name: string; value?: string }[];
  volumeMounts: { name: string; mountPath: string }[];
}

interface Template {
  metadata: { labels: Record<string, string> };
  spec: { containers: [Container]; volumes: { name: string }[] };
}

interface JobSpec {
  template: Template;
}

/** Variables of a restore as if it were one of another site. */
export const otherSite = {
  SITE_ID: "00000000-0000-4000-8000-000000000001",
  SITE_NAME: "another/lstm-pfd",
} as const;

const script = "stop-at";
const mark = "trial";

/** Jobs made from the platform's own `restore-database`, with its image, rights and settings, on volumes of their own. */
export class RestoreJobs {
  private template: Template | undefined;

  constructor(private readonly kubectl: Kubectl) {}

  /** @param pattern Job or CronJob that the others are made from */
  async open(pattern: ["job" | "cronjob", string] = ["job", jobNames.restoreDatabase]): Promise<void> {
    const { spec } = JSON.parse(await this.kubectl.call(["get", ...pattern, "--output=json"])) as {
      spec: JobSpec & { jobTemplate?: { spec: JobSpec } };
    };
    const { template } = spec.jobTemplate?.spec ?? spec;
    // Those of the Job that it is of.
    template.metadata.labels = Object.fromEntries(
      Object.entries(template.metadata.labels).filter(([name]) => !/controller-uid|job-name/.test(name)),
    );
    this.template = template;
    await this.apply({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: script },
      data: { "stop-at.js": stopAtScript },
    });
  }

  /** An empty volume like that of the database. */
  async volume(name: string): Promise<void> {
    const { spec } = JSON.parse(
      await this.kubectl.call(["get", "persistentvolumeclaim", names.databaseClaim, "--output=json"]),
    ) as { spec: { resources: object; storageClassName: string } };
    const { resources, storageClassName } = spec;
    await this.apply({
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name, labels: { [mark]: "" } },
      spec: { accessModes: ["ReadWriteOnce"], resources, storageClassName },
    });
  }

  /** Starts a restore. */
  async start(trial: Trial): Promise<void> {
    await this.apply({
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name: trial.name, labels: { [mark]: "" } },
      spec: { backoffLimit: 0, template: templateOf(trial, this.template) },
    });
  }

  /** Runs a restore to its end. */
  async run(trial: Trial, limitSeconds = 240): Promise<Ended> {
    await this.start(trial);
    return this.ended(trial.name, limitSeconds);
  }

  /** Waits for the end of a Job. */
  async ended(job: string, limitSeconds = 240): Promise<Ended> {
    const outcome = await this.kubectl.finishJob(job, limitSeconds).then(
      (result) => ({ result: (result ?? {}) as Record<string, unknown>, message: "" }),
      (error: unknown) => ({ message: error instanceof Error ? error.message : String(error) }),
    );
    const { items } = JSON.parse(
      await this.kubectl.call(["get", "pods", `--selector=job-name=${job}`, "--output=json"]),
    ) as { items: { status: { containerStatuses?: { state: { terminated?: { exitCode: number } } }[] } }[] };
    assert.equal(items.length, 1, `Job ${job} has ${items.length} pods: ${outcome.message}`);
    const exitCode = items[0]?.status.containerStatuses?.[0]?.state.terminated?.exitCode;
    assert.notEqual(exitCode, undefined, `Job ${job}: ${outcome.message}`);
    return { ...outcome, exitCode: exitCode ?? -1, log: await this.log(job) };
  }

  /** What a Job has written so far. */
  log(job: string): Promise<string> {
    return this.kubectl.call(["logs", `job/${job}`, "--tail=-1"]);
  }

  /** Removes all Jobs and volumes that were made here. */
  async clear(): Promise<void> {
    await this.kubectl.call(
      ["delete", "job,persistentvolumeclaim", `--selector=${mark}`, "--cascade=foreground", "--timeout=100s"],
      { timeoutMs: 120_000 },
    );
  }

  private async apply(object: object): Promise<void> {
    await this.kubectl.call(["apply", "--filename=-"], { input: JSON.stringify(object) });
  }
}

function templateOf({ volume, stop, env = {}, command }: Trial, template: Template | undefined): object {
  assert.ok(template, "the platform's Job was not read");
  const { metadata, spec } = template;
  const [container] = spec.containers;
  const added = {
    ...env,
    ...(stop === undefined
      ? {}
      : {
          NODE_OPTIONS: "--require=/stop-at/stop-at.js",
          STOP_BY: stop.by,
          STOP_VOLUME: container.volumeMounts.find(({ name }) => name === "data")?.mountPath ?? "",
          ...("at" in stop ? { STOP_AT: stop.at } : { STOP_AT_RENAME: stop.atRename }),
        }),
  };
  const data =
    "claim" in volume
      ? { name: "data", persistentVolumeClaim: { claimName: volume.claim } }
      : { name: "data", emptyDir: { medium: "Memory", sizeLimit: volume.bytes } };
  return {
    metadata,
    spec: {
      ...spec,
      containers: [
        {
          ...container,
          command: command ?? container.command,
          // What a volume in memory holds counts as the container's.
          ...("bytes" in volume ? { resources: {} } : {}),
          env: [
            ...container.env.filter(({ name }) => !(name in added)),
            ...Object.entries(added).map(([name, value]) => ({ name, value })),
          ],
          volumeMounts: [...container.volumeMounts, { name: script, mountPath: "/stop-at", readOnly: true }],
        },
      ],
      volumes: [
        ...spec.volumes.filter(({ name }) => name !== "data"),
        data,
        { name: script, configMap: { name: script } },
      ],
    },
  };
}
