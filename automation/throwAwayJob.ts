import { secondsToStart } from "../plan/backupRuns";
import { names, runNames } from "../plan/names";
import type { Kubectl } from "./kubectl";
import type { KubernetesObject } from "./kubernetesObject";

/** What of a living platform a Job is made from that works on a copy of its database. */
export interface ThrowAwaySources {
  /** CronJob that reads the repository with the reader's rights: its pod is the pattern. */
  verification: KubernetesObject;
  databaseClaim: KubernetesObject;
}

/** kubectl's words for each of the sources. */
export const throwAwaySources: Record<keyof ThrowAwaySources, [kind: string, name: string]> = {
  verification: ["cronjob", runNames.databaseVerification],
  databaseClaim: ["persistentvolumeclaim", names.databaseClaim],
};

/**
 * Reads objects of a platform.
 * @param optional those that need not be there
 * @throws Error that names the first one that is missing
 */
export async function readSources<Name extends string>(
  kubectl: Kubectl,
  sources: Record<Name, readonly [kind: string, name: string]>,
  optional: readonly Name[] = [],
): Promise<Record<Name, KubernetesObject | undefined>> {
  const found: Partial<Record<Name, KubernetesObject>> = {};
  for (const [source, [kind, name]] of Object.entries(sources) as [Name, readonly [string, string]][]) {
    const text = await kubectl.call(["get", kind, name, "--ignore-not-found", "--output=json"]);
    if (text.trim() === "" && !optional.includes(source))
      throw new Error(
        `the platform has no ${kind} ${name}: its "up" has not succeeded, or is of an older version; run it first`,
      );
    if (text.trim() !== "") found[source] = JSON.parse(text) as KubernetesObject;
  }
  return found as Record<Name, KubernetesObject | undefined>;
}

/** What such a Job has of its own. */
export interface OwnOfThrowAway {
  name: string;
  /** @default that of kubectl */
  namespace?: string;
  /** Name of a command of `jobs/commands`, and its arguments. */
  command: readonly [string, ...string[]];
  /** Variables beside the pattern's. */
  environment: readonly { name: string; value?: string; valueFrom?: object }[];
  /** Seconds after which it is stopped. */
  limitSeconds: number;
  /** Seconds that it is kept for after its end, should nobody remove it. @default for ever */
  keptSeconds?: number;
}

interface Container {
  env?: { name: string; value?: string }[];
  volumeMounts?: object[];
  [field: string]: unknown;
}

interface CronJobSpec {
  jobTemplate: {
    spec: { template: { metadata: object; spec: { containers: Container[]; volumes?: object[] } } };
  };
}

/** A Job with the reader's rights and an empty volume of the database's size, which goes with its pod. It can write to no backup. */
export function throwAwayJob(
  { verification, databaseClaim }: ThrowAwaySources,
  { name, namespace, command, environment, limitSeconds, keptSeconds }: OwnOfThrowAway,
): KubernetesObject {
  const { template } = (verification["spec"] as CronJobSpec).jobTemplate.spec;
  const [container = {}] = template.spec.containers;
  const { resources, storageClassName } = databaseClaim["spec"] as Record<string, unknown>;
  const claim = { accessModes: ["ReadWriteOnce"], resources, storageClassName };
  const [program, ...words] = command;
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: limitSeconds,
      ...(keptSeconds === undefined ? {} : { ttlSecondsAfterFinished: keptSeconds }),
      template: {
        metadata: template.metadata,
        spec: {
          ...template.spec,
          containers: [
            {
              ...container,
              name: program,
              command: ["tini", "--", "node", `/opt/recovery/${program}.js`, ...words],
              env: [
                ...(container.env ?? []).filter((variable) => variable.name !== "TIME_LIMIT_SECONDS"),
                // At its deadline Kubernetes removes a pod, with all that it could say.
                { name: "TIME_LIMIT_SECONDS", value: String(limitSeconds - secondsToStart) },
                ...environment,
              ],
              volumeMounts: [
                ...(container.volumeMounts ?? []),
                { name: "data", mountPath: names.databaseDirectory },
                { name: "shared-memory", mountPath: "/dev/shm" },
              ],
            },
          ],
          volumes: [
            ...(template.spec.volumes ?? []),
            // Goes with its pod.
            { name: "data", ephemeral: { volumeClaimTemplate: { spec: claim } } },
            { name: "shared-memory", emptyDir: { medium: "Memory", sizeLimit: "256Mi" } },
          ],
        },
      },
    },
  };
}
