import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { findSandbox } from "../sandbox/sandbox";
import { sandboxDir, readOrNothing } from "../sandbox/record";
import { siteApi } from "./api";
import { siteProblem } from "./health";
import { hostServer, kubeconfigOf } from "./kubeconfig";
import { siteLayout } from "./layout";
import type { SiteSpec } from "./spec";

/** A site as it is. */
export interface SiteState {
  /** What it was made from. */
  spec: SiteSpec;
  /** Gives all rights; valid on this host. */
  kubeconfig: string;
  /** Its first process lives. */
  alive: boolean;
  /** Why it is not ready for work, in one sentence; nothing when it is. */
  problem: string | undefined;
}

/** Looks at a site; nothing when it does not exist, or was never made to its end of keys and certificates. */
export async function readSite(name: string): Promise<SiteState | undefined> {
  const layout = siteLayout(name);
  const spec = recordedSpec(name);
  if (spec === undefined || !existsSync(layout.pki)) return undefined;
  const alive = findSandbox(name) !== undefined;
  return {
    spec,
    alive,
    kubeconfig: kubeconfigOf(layout.pki, "admin", name, hostServer(spec.apiPort)),
    problem: alive
      ? await siteProblem(siteApi(layout.pki, spec.apiPort), name, startedAt(name))
      : "its processes do not run",
  };
}

/** What a site was begun with; nothing when there is none. */
export function recordedSpec(name: string): SiteSpec | undefined {
  const text = readOrNothing(siteLayout(name).spec);
  return text === "" ? undefined : (JSON.parse(text) as SiteSpec);
}

/** When the sandbox of a site was started. */
export function startedAt(name: string): Date {
  return statSync(join(sandboxDir(name), "init.json")).mtime;
}
