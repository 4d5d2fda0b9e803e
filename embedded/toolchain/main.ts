import { terminalProgress } from "../terminalProgress";
import { ensureToolchain } from "./index";

/** Prepares the toolchain by hand and prints where it is. */
async function main(): Promise<void> {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      stop.abort(new Error(`stopped by ${signal}; the next run goes on from here`));
    });
  }
  const toolchain = await ensureToolchain(terminalProgress(), stop.signal);
  process.stdout.write(`${JSON.stringify(toolchain, undefined, 2)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
