import { setTimeout as sleep } from "node:timers/promises";
import { Kubectl } from "./kubectl";
import type { Watching } from "./operation";
import type { Settings } from "./ownSettings";

/** How long to wait, and how often to ask, in milliseconds. */
const limits = { timeoutMs: 2 * 60_000, everyMs: 5_000, requestMs: 15_000 };

/**
 * Waits until the API server of a cluster that is there answers: the provider asks once, and gives up with all that is in it.
 * Clusters that a stack makes itself are waited for by what makes them.
 * @param config of the platform's stack
 * @throws Error when it does not answer in time, before anything is touched; the reason of the signal
 */
export async function awaitCluster(
  config: Settings,
  { detail, signal }: Pick<Watching, "detail" | "signal">,
  { timeoutMs, everyMs, requestMs } = limits,
): Promise<void> {
  const kubeconfig = config["kubeconfig"] ?? "";
  if (config["cluster"] !== "kubeconfig" || kubeconfig === "") return;
  const kubectl = new Kubectl({ kubeconfig, namespace: "default", signal });
  const deadline = Date.now() + timeoutMs;
  for (;;)
    try {
      await kubectl.call(["get", "--raw=/readyz"], { timeoutMs: requestMs });
      return;
    } catch (error) {
      signal.throwIfAborted();
      // Without the program nobody can ask; the provider will.
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
      const { message } = error as Error;
      if (Date.now() + everyMs > deadline)
        throw new Error(
          `the API server of lstm-pfd:kubeconfig "${kubeconfig}" does not answer (${message}), and nothing was touched: check the address, the credentials and the network, then run the same command again`,
        );
      detail(`waiting for the API server: ${message}`);
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
      signal.throwIfAborted();
    }
}
