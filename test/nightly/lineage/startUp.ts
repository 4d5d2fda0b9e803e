import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { DrillSite } from "../../../drill/setup";
import { projectRoot } from "../../../lib/paths";
import type { Lives } from "./lives";
import type { SiteRun } from "./upSite";

/** How an `up` ended. */
export interface UpEnded {
  /** Null when a signal ended it. */
  code: number | null;
  output: string;
}

/** Starts `up` of a site in a process of its own. */
export function startUp(
  lives: Lives,
  site: DrillSite,
  config: Record<string, string>,
): { child: ChildProcess; ended: Promise<UpEnded> } {
  const run: SiteRun = { setup: lives.setup, site, config: { expectNonce: lives.nonce, ...config } };
  const child = spawn(
    process.execPath,
    ["--import", "tsx", "test/nightly/lineage/upSite.ts", JSON.stringify(run)],
    { cwd: projectRoot, stdio: ["ignore", "pipe", "pipe"] },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (piece: string) => (output += piece));
  const closed = once(child, "close") as Promise<[number | null]>;
  return { child, ended: closed.then(([code]) => ({ code, output })) };
}
