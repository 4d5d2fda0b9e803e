import { setMaxListeners } from "node:events";

/** Stops the work of this process when a person or the system asks for it. */
export interface Stop {
  signal: AbortSignal;
  /** Why the work was stopped. */
  reason(): Error;
  /** Gives the signals back. */
  release(): void;
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The first signal stops the work in good order; the second one ends the process. */
export function stopOnSignal(): Stop {
  const stop = new AbortController();
  // Each operation listens, and a drill has many.
  setMaxListeners(0, stop.signal);
  let reason = new Error("stopped");
  const listen = (name: NodeJS.Signals): void => {
    if (stop.signal.aborted) process.exit(130);
    reason = new Error(`stopped by ${name}; the same command goes on from here`);
    process.stderr.write(`\n${name}: stopping in good order; once more ends at once\n`);
    stop.abort(reason);
  };
  for (const name of signals) process.on(name, listen);
  return {
    signal: stop.signal,
    reason: () => reason,
    release: () => {
      for (const name of signals) process.off(name, listen);
    },
  };
}
