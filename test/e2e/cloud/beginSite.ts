import { readFileSync } from "node:fs";
import { ensureSite, type SiteSpec } from "@lstm-pfd/local-cloud/site";
import type { Toolchain } from "@lstm-pfd/local-cloud/toolchain";

// Run as a process of its own, to be killed in the middle: node … beginSite.ts SPEC_JSON TOOLCHAIN_FILE
const [, , spec = "", toolchain = ""] = process.argv;
ensureSite(JSON.parse(spec) as SiteSpec, JSON.parse(readFileSync(toolchain, "utf8")) as Toolchain, {
  signal: new AbortController().signal,
  detail: (text) => process.stdout.write(`${text}\n`),
}).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
