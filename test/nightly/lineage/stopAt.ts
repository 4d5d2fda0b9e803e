/**
 * A script for `node --require`: the process sends a signal to itself as soon as it has written a line that STOP_AT matches. So it
 * dies, or freezes, between two lines of its source, and always between the same ones. With STOP_AT_RENAME it does as soon as it has renamed
 * something to a path that this matches.
 */
export const stopAtScript = `"use strict";
const { STOP_AT = "", STOP_AT_RENAME = "", STOP_BY = "" } = process.env;
if (STOP_AT !== "") {
  const line = new RegExp(STOP_AT);
  const write = process.stdout.write;
  process.stdout.write = function (chunk, ...rest) {
    const written = write.call(process.stdout, chunk, ...rest);
    if (line.test(String(chunk))) process.kill(process.pid, STOP_BY);
    return written;
  };
}
if (STOP_AT_RENAME !== "") {
  const fs = require("node:fs");
  const target = new RegExp(STOP_AT_RENAME);
  const rename = fs.renameSync;
  fs.renameSync = function (from, to) {
    rename(from, to);
    if (target.test(to)) process.kill(process.pid, STOP_BY);
  };
}
`;
