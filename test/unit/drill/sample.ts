import type { EngineEvent, OpType } from "@pulumi/pulumi/automation";
import type { DrillFindings } from "../../../drill/reportSchema";
import { type RecordedEvent, timelineOf } from "../../../drill/timeline";

/** Start of `up` on site B, in milliseconds since 1970. */
export const UP = Date.parse("2026-11-24T10:20:10.000Z");

/** Milliseconds from the start of `up`, as an ISO time. */
export function after(milliseconds: number): string {
  return new Date(UP + milliseconds).toISOString();
}

/** URN of a resource of the sample stack. */
export function urn(type: string, name: string): string {
  return `urn:pulumi:site-b::lstm-pfd::${type}::${name}`;
}

/** One resource that the engine works on, as its events tell. */
export interface SampleStep {
  type: string;
  name: string;
  op?: OpType;
  /** Milliseconds from the start of `up`. */
  from: number;
  to?: number;
  failed?: boolean;
  component?: boolean;
  parent?: string;
}

/** The engine's events for some resources, in order of time. */
export function engineEvents(steps: readonly SampleStep[]): RecordedEvent[] {
  const moments = steps.flatMap((step) => {
    const metadata = {
      op: step.op ?? "create",
      urn: urn(step.type, step.name),
      type: step.type,
      provider: "",
      new: {
        type: step.type,
        urn: urn(step.type, step.name),
        custom: step.component !== true,
        id: "",
        parent: step.parent ?? "",
        inputs: {},
        outputs: {},
        provider: "",
      },
    };
    const begun = { at: step.from, event: { resourcePreEvent: { metadata } } };
    if (step.to === undefined) return [begun];
    const ended = step.failed
      ? { resOpFailedEvent: { metadata, status: 0, steps: 1 } }
      : { resOutputsEvent: { metadata } };
    return [begun, { at: step.to, event: ended }];
  });
  return moments
    .sort((a, b) => a.at - b.at)
    .map(({ at, event }, sequence) => recorded({ ...event, sequence, timestamp: 0 }, UP + at));
}

/** An event as it is received: its own time has whole seconds. */
export function recorded(event: EngineEvent, at: number): RecordedEvent {
  return { event: { ...event, timestamp: Math.floor(at / 1000) }, receivedAt: at };
}

const stack = urn("pulumi:pulumi:Stack", "lstm-pfd-site-b");
const recovery = urn("lstm-pfd:index:Recovery", "recovery");

/** What site B's `up` does. */
export const siteB: SampleStep[] = [
  { type: "pulumi:pulumi:Stack", name: "lstm-pfd-site-b", component: true, from: 900, to: 161_000 },
  {
    type: "lstm-pfd:index:Recovery",
    name: "recovery",
    component: true,
    parent: stack,
    from: 1_900,
    to: 2_000,
  },
  { type: "embedded:index:Site", name: "site", parent: stack, from: 1_400, to: 33_800 },
  { type: "pulumi:providers:kubernetes", name: "kubernetes", parent: stack, from: 33_850, to: 34_000 },
  { type: "kubernetes:core/v1:Namespace", name: "namespace", parent: stack, from: 34_050, to: 34_700 },
  { type: "kubernetes:core/v1:Secret", name: "secrets", parent: stack, from: 34_750, to: 35_100 },
  {
    type: "kubernetes:core/v1:Secret",
    name: "repository-reader",
    parent: recovery,
    from: 34_750,
    to: 35_150,
  },
  { type: "kubernetes:core/v1:ConfigMap", name: "repository", parent: recovery, from: 34_750, to: 35_100 },
  {
    type: "kubernetes:core/v1:PersistentVolumeClaim",
    name: "database",
    parent: stack,
    from: 34_750,
    to: 35_200,
  },
  {
    type: "kubernetes:core/v1:PersistentVolumeClaim",
    name: "checkpoints",
    parent: stack,
    from: 34_750,
    to: 35_220,
  },
  { type: "kubernetes:batch/v1:Job", name: "restore-database", parent: recovery, from: 35_300, to: 92_400 },
  { type: "kubernetes:batch/v1:Job", name: "restore-models", parent: recovery, from: 35_320, to: 47_900 },
  { type: "kubernetes:helm.sh/v3:Release", name: "lstm-pfd", parent: stack, from: 92_500, to: 139_300 },
  {
    type: "kubernetes:batch/v1:CronJob",
    name: "backup-database-full",
    parent: stack,
    from: 139_400,
    to: 140_300,
  },
  {
    type: "kubernetes:batch/v1:CronJob",
    name: "backup-database-incremental",
    parent: stack,
    from: 139_400,
    to: 141_100,
  },
  {
    type: "kubernetes:batch/v1:CronJob",
    name: "backup-models-when-the-checkpoints-have-changed-at-least-every-two-hours",
    parent: stack,
    from: 139_400,
    to: 141_200,
  },
  { type: "kubernetes:batch/v1:CronJob", name: "expire-database", parent: stack, from: 139_400, to: 140_200 },
  {
    type: "kubernetes:rbac.authorization.k8s.io/v1:Role",
    name: "verification",
    parent: stack,
    from: 139_350,
    to: 139_700,
  },
  { type: "kubernetes:batch/v1:Job", name: "verification", parent: stack, from: 141_300, to: 160_800 },
];

/** A drill that went well. */
export function passedFindings(): DrillFindings {
  const lastAcknowledged = { sequence: 4_123, at: "2026-11-24T10:19:58.941Z" };
  const lastRecovered = { sequence: 3_871, at: "2026-11-24T10:19:33.741Z" };
  return {
    drillId: "drill-20261124-101203-7f3a9c21d04be856",
    nonce: "7f3a9c21d04be856",
    startedAt: "2026-11-24T10:12:03.120Z",
    finishedAt: "2026-11-24T10:24:31.480Z",
    providers: [
      { name: "kubernetes", version: "4.25.0", source: "upstream", origin: "built from its Go module" },
      { name: "aws", version: "7.48.0", source: "embedded" },
      { name: "random", version: "4.21.2", source: "embedded" },
      { name: "embedded", version: "0.1.0", source: "embedded" },
    ],
    languageHost: "inline program of the Automation API",
    versions: {
      pulumi: "3.250.0",
      kubernetes: "1.36.3",
      helm: "3.18.6",
      postgresql: "15.18",
      pgbackrest: "2.45",
    },
    machine: {
      cores: 2,
      memoryBytes: 25_200_000_000,
      system: "Debian GNU/Linux 12 (bookworm), Linux 6.1.0",
      peakMemoryBytes: 3_312_000_000,
    },
    rtoObjectiveSeconds: 240,
    rpoObjectiveSeconds: 60,
    recovery: { from: after(0), to: after(160_800) },
    timeline: timelineOf(engineEvents(siteB)),
    loss: {
      rowsLost: 252,
      rpoSeconds: 25.2,
      exact: true,
      onlyTail: true,
      lastAcknowledged,
      lastRecovered,
    },
    lossWindow: { lastArchivedAt: "2026-11-24T10:19:34.611Z", killedAt: "2026-11-24T10:19:59.012Z" },
    steps: [
      { name: "Toolchain", startedAt: "2026-11-24T10:12:03.200Z", seconds: 2.1, outcome: "done" },
      {
        name: "Object store and vault",
        startedAt: "2026-11-24T10:12:05.300Z",
        seconds: 14.4,
        outcome: "done",
      },
      { name: "Site A: pulumi up", startedAt: "2026-11-24T10:12:19.700Z", seconds: 149.2, outcome: "done" },
      {
        name: "Seed: rows and checkpoints",
        startedAt: "2026-11-24T10:14:48.900Z",
        seconds: 21.7,
        outcome: "done",
      },
      { name: "Backups, read back", startedAt: "2026-11-24T10:15:10.600Z", seconds: 96.3, outcome: "done" },
      {
        name: "Writing until the disaster",
        startedAt: "2026-11-24T10:16:46.900Z",
        seconds: 192.1,
        outcome: "done",
      },
      { name: "Disaster", startedAt: "2026-11-24T10:19:59.000Z", seconds: 8.2, outcome: "done" },
      { name: "Site B: pulumi up", startedAt: after(0), seconds: 161.4, outcome: "done" },
      { name: "Second up and refresh", startedAt: after(161_500), seconds: 31.6, outcome: "done" },
      { name: "Teardown", startedAt: after(193_500), seconds: 12.2, outcome: "done" },
    ],
    sizes: {
      databaseBytes: 466_600_000,
      repositoryBytes: 98_300_000,
      checkpointBytes: 84_869_340,
      checkpointFiles: 5,
      rowsRecovered: 901_254,
      newestSegmentAt: "2026-11-24T10:19:31.000Z",
      dataAgeSeconds: 44,
      generation: 2,
    },
    throughput: {
      restoreSeconds: 17.4,
      replaySeconds: 6.2,
      segmentsReplayed: 9,
      checkpointRestoreSeconds: 4.8,
    },
    checks: [
      { name: "pods ready", expected: "postgresql, redis, dashboard", seen: "4 of 4", ok: true },
      { name: "/health", expected: "200", seen: "200", ok: true },
      { name: "lstm_pfd_model_loaded", expected: "1", seen: "1", ok: true },
      { name: "nonce in the database", expected: "7f3a9c21d04be856", seen: "7f3a9c21d04be856", ok: true },
      { name: "nonce in the checkpoint", expected: "7f3a9c21d04be856", seen: "7f3a9c21d04be856", ok: true },
      { name: "rows of experiments", expected: "at least 210,001", seen: "213,872", ok: true },
    ],
    secondUpChanges: 0,
    refreshDrift: 0,
  };
}

/** A drill whose restore found a damaged backup. */
export function failedFindings(): DrillFindings {
  const rest = passedFindings();
  return {
    ...rest,
    finishedAt: "2026-11-24T10:21:20.000Z",
    error:
      'up of site B failed: kubernetes:batch/v1:Job "restore-database": wal/generation-0001/repository/backup/main/20261124-101512F/pg_data/base/16385/16423.gz is missing; restore an older backup with restoreSet, or bring the object back from its version history',
    recovery: { from: after(0) },
    timeline: timelineOf(
      engineEvents([
        ...siteB.filter(({ from, name }) => from > 900 && from < 90_000 && !name.startsWith("restore-")),
        {
          type: "kubernetes:batch/v1:Job",
          name: "restore-database",
          parent: recovery,
          from: 35_300,
          to: 58_200,
          failed: true,
        },
        { type: "kubernetes:batch/v1:Job", name: "restore-models", parent: recovery, from: 35_320 },
      ]),
    ),
    steps: rest.steps.map((step, index) =>
      index < 7
        ? step
        : index === 7
          ? { ...step, seconds: 59.1, outcome: "failed" }
          : { name: step.name, outcome: "not reached" },
    ),
    sizes: { databaseBytes: 466_600_000, checkpointBytes: 84_869_340, checkpointFiles: 5 },
    throughput: {},
    checks: [],
    loss: undefined,
    secondUpChanges: undefined,
    refreshDrift: undefined,
  };
}
