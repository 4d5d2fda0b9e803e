import { pattern } from "./rule";

/** Versions of collation libraries: provider and version, comma-separated. */
export const collationVersionsRule = pattern(
  /^(icu|libc):[\w.]+(,(icu|libc):[\w.]+)*$/,
  "must be versions as the refusal of a recovery names them, as in icu:153.128,libc:2.41",
  "icu:153.128",
);
