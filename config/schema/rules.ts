import { pattern } from "../../plan/rule";

/** Name of something on this machine or in Kubernetes. */
export const resourceNameRule = pattern(
  /^[a-z][a-z0-9-]{0,19}$/,
  "must start with a letter and hold at most 20 lower-case letters, digits and hyphens",
  "lstm-pfd",
);
