import type { KubernetesObject } from "./rehearsal";

interface Container {
  name: string;
  command: string[];
  env?: EnvVar[];
  [field: string]: unknown;
}

type EnvVar = { name: string; value?: string; [field: string]: unknown };

interface Affinity {
  podAffinity?: {
    preferredDuringSchedulingIgnoredDuringExecution?: { podAffinityTerm: object }[];
    requiredDuringSchedulingIgnoredDuringExecution?: object[];
  };
}

interface Template {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
  spec: { containers: [Container]; affinity?: Affinity; [field: string]: unknown };
}

/** What a Job is to do that is made from the pattern of another one. */
export interface JobFrom {
  name: string;
  /** Command of `jobs/commands` and its arguments. */
  command: readonly [string, ...string[]];
  /** Variables that are set, or empty ones that are taken away. */
  environment: Readonly<Record<string, string>>;
  /** Whether it must run where the database's pod is, whose volume it mounts beside it. @default it may run anywhere */
  besideDatabase?: boolean;
}

/** Labels and annotations that the API server and the controller of Jobs have added. */
const added = /^(controller-uid|job-name|batch\.kubernetes\.io\/.*)$/;

/**
 * A Job that does something else with the pod of one that a platform has: its image, its rights, its volume, its settings.
 * @param pattern as kubectl prints it
 */
export function jobFrom(
  pattern: KubernetesObject,
  { name, command, environment, besideDatabase = false }: JobFrom,
): KubernetesObject {
  const { template } = pattern["spec"] as { template: Template };
  const [container] = template.spec.containers;
  const [program, ...words] = command;
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, labels: own(template.metadata?.labels) },
    spec: {
      backoffLimit: 0,
      template: {
        metadata: {
          labels: own(template.metadata?.labels),
          annotations: own(template.metadata?.annotations),
        },
        spec: {
          ...template.spec,
          ...(besideDatabase ? { affinity: required(template.spec.affinity) } : {}),
          containers: [
            {
              ...container,
              name: program,
              command: ["tini", "--", "node", `/opt/recovery/${program}.js`, ...words],
              env: [
                ...(container.env ?? []).filter(
                  (variable) =>
                    !Object.hasOwn(environment, variable.name) && variable.name !== "TIME_LIMIT_SECONDS",
                ),
                ...Object.entries(environment).flatMap(([variable, value]) =>
                  value === "" ? [] : [{ name: variable, value }],
                ),
              ],
            },
          ],
        },
      },
    },
  };
}

function own(map: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(map).filter(([key]) => !added.test(key)));
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
