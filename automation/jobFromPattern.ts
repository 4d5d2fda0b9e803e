import { secondsToStart } from "../plan/backupRuns";
import type { KubernetesObject } from "./kubernetesObject";

/** What a Job made from another one has of its own. */
export interface OwnOfJob {
  name: string;
  /** Name of a command of `jobs/commands`, and its arguments. */
  command: readonly [string, ...string[]];
  /** Variables in place of the pattern's, or beside them; an empty one takes the pattern's away. */
  environment: Record<string, string>;
  /** Whether it must run where the database's pod is, whose volume it mounts beside it. @default it may run anywhere */
  besideDatabase?: boolean;
  /** Seconds after which it is stopped. */
  limitSeconds: number;
}

interface Affinity {
  podAffinity?: {
    preferredDuringSchedulingIgnoredDuringExecution?: { podAffinityTerm: object }[];
    requiredDuringSchedulingIgnoredDuringExecution?: object[];
  };
}

interface Container {
  env?: { name: string; [field: string]: unknown }[];
  [field: string]: unknown;
}

interface JobSpec {
  podFailurePolicy?: object;
  template: {
    metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
    spec: { containers: Container[]; affinity?: Affinity; [field: string]: unknown };
  };
}

/** Seconds that an ended Job is kept for whoever wants to see its log. */
const keptSeconds = 24 * 3600;

/** Annotation with what a Job was asked for: who comes to it later knows whether it is the same. */
export const askedFor = "recovery.lstm-pfd/asked-for";

/**
 * A Job that runs another command in the pod of a Job of the platform: same image, rights, volumes. What the API server has added to the
 * pattern is left out, by which a Job knows its own pods.
 * @throws Error when the pattern has no container
 */
export function jobFromPattern(pattern: KubernetesObject, own: OwnOfJob): KubernetesObject {
  const { podFailurePolicy, template } = pattern["spec"] as JobSpec;
  const [container, ...others] = template.spec.containers;
  if (container === undefined) throw new Error(`job ${pattern.metadata.name} has no container`);
  const [program, ...words] = own.command;
  // At its deadline Kubernetes removes a pod, with all that it could say.
  const environment = { ...own.environment, TIME_LIMIT_SECONDS: String(own.limitSeconds - secondsToStart) };
  const kept = (container.env ?? []).filter(({ name }) => !(name in environment));
  const env = Object.entries(environment).flatMap(([name, value]) => (value === "" ? [] : [{ name, value }]));
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: own.name,
      labels: withoutOwn(pattern.metadata["labels"] as Record<string, string> | undefined),
      annotations: { [askedFor]: asked(own) },
    },
    spec: {
      backoffLimit: 0,
      ...(podFailurePolicy === undefined ? {} : { podFailurePolicy }),
      activeDeadlineSeconds: own.limitSeconds,
      ttlSecondsAfterFinished: keptSeconds,
      template: {
        metadata: {
          labels: withoutOwn(template.metadata?.labels),
          annotations: template.metadata?.annotations ?? {},
        },
        spec: {
          ...template.spec,
          ...(own.besideDatabase === true ? { affinity: required(template.spec.affinity) } : {}),
          containers: [
            {
              ...container,
              name: program,
              command: ["tini", "--", "node", `/opt/recovery/${program}.js`, ...words],
              env: [...kept, ...env],
            },
            ...others,
          ],
        },
      },
    },
  };
}

/** What was preferred must hold: a volume of one node is not mounted on another one. */
function required({ podAffinity }: Affinity = {}): Affinity {
  const terms = podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  return {
    podAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: terms.map(({ podAffinityTerm }) => podAffinityTerm),
    },
  };
}

/** What tells a Job from another one of the same name. */
export function asked({ command, environment }: Pick<OwnOfJob, "command" | "environment">): string {
  return JSON.stringify({ command, environment });
}

function withoutOwn(labels: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).filter(
      ([name]) => !/^(batch\.kubernetes\.io\/)?(controller-uid|job-name)$/.test(name),
    ),
  );
}
