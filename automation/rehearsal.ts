import { jobNames, names, repositorySecret, repositoryServiceAccount, runNames } from "../plan/names";

/** An object of Kubernetes, as kubectl prints it. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; [field: string]: unknown };
  [field: string]: unknown;
}

/** What of a living platform a rehearsal is made from. */
export interface RehearsalSources {
  /** CronJob that reads the repository with the reader's rights: its pod is the pattern. */
  verification: KubernetesObject;
  configuration: KubernetesObject;
  readerSecret: KubernetesObject;
  readerAccount: KubernetesObject;
  /** Credentials of the images' registry; undefined where there are none. */
  pullSecret: KubernetesObject | undefined;
  databaseClaim: KubernetesObject;
}

/** kubectl's words for each of the sources. */
export const rehearsalSources: Record<keyof RehearsalSources, [kind: string, name: string]> = {
  verification: ["cronjob", runNames.databaseVerification],
  configuration: ["configmap", names.repositoryConfiguration],
  readerSecret: ["secret", repositorySecret("reader")],
  readerAccount: ["serviceaccount", repositoryServiceAccount("reader")],
  pullSecret: ["secret", names.imagePullSecret],
  databaseClaim: ["persistentvolumeclaim", names.databaseClaim],
};

/** Namespace of the rehearsals of a platform. */
export function rehearsalNamespace(namespace: string): string {
  return `${namespace}-rehearsal`;
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

/** Seconds after which a rehearsal that has not ended is stopped. */
const limitSeconds = 6 * 3600;

/**
 * Everything of a rehearsal, in a namespace of its own that is removed with it: the reader's rights, an empty volume of the
 * database's size, and a Job. It has no key that could write to the backups.
 */
export function rehearsalObjects(namespace: string, sources: RehearsalSources): KubernetesObject[] {
  const own = rehearsalNamespace(namespace);
  const copies = [sources.configuration, sources.readerSecret, sources.readerAccount, sources.pullSecret];
  return [
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: own, labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
    },
    ...copies.flatMap((object) => (object === undefined ? [] : [copied(object, own)])),
    job(own, sources),
  ];
}

/** What an object holds, without what the API server has added. */
function copied(object: KubernetesObject, namespace: string): KubernetesObject {
  const { apiVersion, kind, metadata, data, type, imagePullSecrets, automountServiceAccountToken } = object;
  const rest = Object.entries({ data, type, imagePullSecrets, automountServiceAccountToken });
  return {
    apiVersion,
    kind,
    metadata: { name: metadata.name, namespace },
    ...Object.fromEntries(rest.filter(([, value]) => value !== undefined)),
  };
}

function job(namespace: string, { verification, databaseClaim }: RehearsalSources): KubernetesObject {
  const { template } = (verification["spec"] as CronJobSpec).jobTemplate.spec;
  const [container = {}] = template.spec.containers;
  const { resources, storageClassName } = databaseClaim["spec"] as Record<string, unknown>;
  const claim = { accessModes: ["ReadWriteOnce"], resources, storageClassName };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: jobNames.rehearseDatabase, namespace },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: limitSeconds,
      template: {
        metadata: template.metadata,
        spec: {
          ...template.spec,
          containers: [
            {
              ...container,
              name: jobNames.rehearseDatabase,
              command: ["tini", "--", "node", `/opt/recovery/${jobNames.rehearseDatabase}.js`],
              env: (container.env ?? []).filter(({ name }) => name !== "TIME_LIMIT_SECONDS"),
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
