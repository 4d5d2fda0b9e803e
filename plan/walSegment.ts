import { pattern } from "./rule";

/** File name of a whole WAL segment: timeline, log and number, with segments of 16 MiB. No timeline 0. */
export const walSegmentRule = pattern(
  /^(?!0{8})[0-9A-F]{16}000000[0-9A-F]{2}$/,
  "must be the name of a WAL segment, as in 00000001000000000000002A",
  "00000001000000000000002A",
);
