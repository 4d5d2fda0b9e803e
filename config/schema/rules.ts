import { pattern } from "../../plan/rule";

/** Name of a Secret or a ConfigMap. */
export const objectNameRule = pattern(
  /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/,
  "must hold lower-case letters, digits, hyphens and dots, and begin and end with a letter or digit",
  "lstm-pfd-environment",
);

/** Name of something on this machine or in Kubernetes. */
export const resourceNameRule = pattern(
  /^[a-z][a-z0-9-]{0,19}$/,
  "must start with a letter and hold at most 20 lower-case letters, digits and hyphens",
  "lstm-pfd",
);
