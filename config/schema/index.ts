import type { ConfigKey } from "../key";
import { applicationKeys } from "./application";
import { awsKeys } from "./aws";
import { backupKeys } from "./backups";
import { clusterKeys } from "./cluster";
import { generalKeys } from "./general";
import { ingressKeys } from "./ingress";
import { objectStoreKeys } from "./objectStore";
import { recoveryKeys } from "./recovery";
import { rehearsalKeys } from "./rehearsals";
import { resourceKeys } from "./resources";

/** Name of the Pulumi project, which is the namespace of its configuration keys. */
export const projectName = "lstm-pfd";

/** Configuration keys by name, by concern. */
export type Concerns = Readonly<Record<string, Readonly<Record<string, ConfigKey>>>>;

/** Every configuration key, by concern, in the order of Pulumi.yaml and docs/configuration.md. */
export const concerns: Concerns = {
  General: generalKeys,
  Cluster: clusterKeys,
  "Object store": objectStoreKeys,
  Recovery: recoveryKeys,
  Backups: backupKeys,
  Rehearsals: rehearsalKeys,
  Application: applicationKeys,
  Resources: resourceKeys,
  "Ingress and certificates": ingressKeys,
  AWS: awsKeys,
};

/** Every configuration key by name. A new one is an entry in the file of its concern, and `npm run generate`. */
export const configKeys = {
  ...generalKeys,
  ...clusterKeys,
  ...objectStoreKeys,
  ...recoveryKeys,
  ...backupKeys,
  ...rehearsalKeys,
  ...applicationKeys,
  ...resourceKeys,
  ...ingressKeys,
  ...awsKeys,
};

/** Name of a configuration key. */
export type ConfigKeyName = keyof typeof configKeys;

/** A typed value for each key. */
export type Values = { [Name in ConfigKeyName]: ReturnType<(typeof configKeys)[Name]["parse"]> };
