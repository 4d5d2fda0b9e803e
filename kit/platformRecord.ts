import type { PlatformRecord } from "./kit";

/** What is of one stack, one recovery or one machine alone, and says nothing to the next platform. */
const ofOneAlone = [
  "layer",
  "recoveryKit",
  "savedSecrets",
  "kubeconfig",
  "initialise",
  "ignoreDumps",
  "takeOver",
  "adoptTimeline",
  "restoreSet",
  "restoreTo",
  "restoreModels",
  "acceptDataAge",
  "acceptLossAfter",
  "acceptEmptyTables",
  "expectNonce",
];

/**
 * What a kit keeps of a platform, for the next one.
 * @param config of its stack, key without namespace → value
 * @param leftOut keys whose values only the engine of that stack can open
 */
export function platformRecord(
  stack: string,
  config: Readonly<Record<string, string>>,
  leftOut: readonly string[],
  versions: Record<string, string>,
): PlatformRecord {
  return {
    stack,
    settings: Object.fromEntries(
      Object.entries(config)
        .filter(([key]) => !ofOneAlone.includes(key))
        .sort(([one], [other]) => (one < other ? -1 : 1)),
    ),
    leftOut: leftOut.filter((key) => !ofOneAlone.includes(key)).sort(),
    versions,
  };
}

/** What another program runs than a platform did, a line for each. */
export function versionDifferences(
  then: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): string[] {
  return Object.keys(then)
    .filter((name) => now[name] !== undefined && now[name] !== then[name])
    .map((name) => `${name} was ${then[name] ?? ""}, and is ${now[name] ?? ""} here`);
}
