/**
 * A script for `node --require`: the process sends a signal to itself as soon as it has written a line that STOP_AT matches. So it
 * dies, or freezes, between two lines of its source, and always between the same ones. With STOP_AT_RENAME it does as soon as it has renamed
 * something to a path that this matches. With STOP_BY=FULL it goes on, and the volume in STOP_VOLUME has 64 MiB left.
 */
export const stopAtScript = `"use strict";
const fs = require("node:fs");
const { STOP_AT = "", STOP_AT_RENAME = "", STOP_BY = "", STOP_VOLUME = "" } = process.env;
const mebibyte = Buffer.alloc(1024 ** 2);
function stop() {
  if (STOP_BY !== "FULL") return process.kill(process.pid, STOP_BY);
  const filler = fs.openSync(STOP_VOLUME + "/filler", "w");
  for (;;) {
    const { bavail, bsize } = fs.statfsSync(STOP_VOLUME);
    if (bavail * bsize < 65 * mebibyte.length) return;
    fs.writeSync(filler, mebibyte);
  }
}
if (STOP_AT !== "") {
  const line = new RegExp(STOP_AT);
  const write = process.stdout.write;
  process.stdout.write = function (chunk, ...rest) {
    const written = write.call(process.stdout, chunk, ...rest);
    if (line.test(String(chunk))) stop();
    return written;
  };
}
if (STOP_AT_RENAME !== "") {
  const target = new RegExp(STOP_AT_RENAME);
  const rename = fs.renameSync;
  fs.renameSync = function (from, to) {
    rename(from, to);
    if (target.test(to)) stop();
  };
}
`;
