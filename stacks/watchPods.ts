import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { CLUSTER_FILE_VARIABLE, writeClusterFile } from "../lib/clusterFile";
import { reasonOf } from "../lib/failure";
import { run } from "../lib/process";
import { PodWatch } from "../plan/podWatch";

/** Set by the language host of Node.js in the programs that it runs. */
const LANGUAGE_HOST = "PULUMI_NODEJS_ENGINE";

/**
 * Has the pods of the platform watched while `up` waits for them, from when the namespace is there: what does not start ends its
 * Job, with the cause. Whoever has started this program and watches by himself asks, by a variable of the environment, to be told
 * how the cluster is reached. Otherwise, under plain `pulumi up`, this program does it; a preview has nothing to watch.
 * @param everyMs how often to look, in milliseconds @default ten seconds
 */
export function watchPods(
  kubeconfig: pulumi.Input<string>,
  namespace: pulumi.Input<string>,
  everyMs = 10_000,
): void {
  const path = process.env[CLUSTER_FILE_VARIABLE] ?? "";
  if (pulumi.runtime.isDryRun() || (path === "" && process.env[LANGUAGE_HOST] === undefined)) return;
  const stack = pulumi.getStack();
  pulumi.all([kubeconfig, namespace]).apply(([kubeconfig, namespace]) => {
    if (path !== "") writeClusterFile(path, { stack, kubeconfig, namespace });
    else watchHere(kubeconfig, namespace, everyMs);
  });
}

/** Watches until this process ends, which it does not keep from ending. */
function watchHere(kubeconfig: string, namespace: string, everyMs: number): void {
  const directory = mkdtempSync(join(tmpdir(), "lstm-pfd-pods-"));
  process.once("exit", () => {
    rmSync(directory, { recursive: true, force: true });
  });
  const file = join(directory, "kubeconfig");
  writeFileSync(file, kubeconfig, { mode: 0o600 });
  const watch = new PodWatch(async (args) => {
    const words = [`--kubeconfig=${file}`, `--namespace=${namespace}`, "--request-timeout=15s", ...args];
    return (await run("kubectl", words, { timeoutMs: 20_000 })).stdout;
  });
  const look = (): void => {
    watch.look().then(
      (ended) => {
        for (const { job, sentence } of ended) void pulumi.log.error(`${job}: ${sentence}`);
        next();
      },
      (error: unknown) => {
        // Without the program there is nothing to wait for; a silent API server may answer the next time.
        if ((error as NodeJS.ErrnoException).code === "ENOENT")
          void pulumi.log.warn(
            `nobody sees when a pod does not start: ${reasonOf(error)}; put kubectl on PATH`,
          );
        else next();
      },
    );
  };
  const next = (): void => {
    setTimeout(look, everyMs).unref();
  };
  next();
}
