import { ensureTools } from "@lstm-pfd/local-cloud/toolchain";
import { terminalProgress } from "../../lib/terminalProgress";

// For machines that run the unit tests without the whole toolchain: the one tool that some of them need.
ensureTools(["helm-chart"], terminalProgress(), new AbortController().signal).catch((error: unknown) => {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
