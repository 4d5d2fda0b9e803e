import { jobNames, names, repositorySecret, repositoryServiceAccount } from "../plan/names";
import type { KubernetesObject } from "./kubernetesObject";
import { throwAwayJob, type ThrowAwaySources, throwAwaySources } from "./throwAwayJob";

/** What of a living platform a rehearsal is made from. */
export interface RehearsalSources extends ThrowAwaySources {
  configuration: KubernetesObject;
  readerSecret: KubernetesObject;
  readerAccount: KubernetesObject;
  /** Credentials of the images' registry; undefined where there are none. */
  pullSecret: KubernetesObject | undefined;
}

/** kubectl's words for each of the sources. */
export const rehearsalSources: Record<keyof RehearsalSources, [kind: string, name: string]> = {
  ...throwAwaySources,
  configuration: ["configmap", names.repositoryConfiguration],
  readerSecret: ["secret", repositorySecret("reader")],
  readerAccount: ["serviceaccount", repositoryServiceAccount("reader")],
  pullSecret: ["secret", names.imagePullSecret],
};

/** Namespace of the rehearsals of a platform. */
export function rehearsalNamespace(namespace: string): string {
  return `${namespace}-rehearsal`;
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
    throwAwayJob(sources, {
      name: jobNames.rehearseDatabase,
      namespace: own,
      command: [jobNames.rehearseDatabase],
      environment: [],
      limitSeconds,
    }),
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
