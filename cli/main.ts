import { join } from "node:path";
import type { Command } from "./command";
import { parseCommandLine } from "./commandLine";
import { usage } from "./commandTable";
import { exitCodeOf } from "./exitCode";
import { oldNodeNotice } from "./nodeVersion";
import { stopOnSignal } from "./stopOnSignal";

// The SDK would say the same in eight lines, once in each process that we start.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

/** Runs one command. Exit code 0: done; 1: failed; 2: wrong command line; 130: stopped by a person. Those of `status`: exitCode.ts. */
async function main(): Promise<void> {
  const notice = oldNodeNotice(process.version);
  if (notice !== undefined) process.stderr.write(`${notice}\n`);
  const stop = stopOnSignal();
  const words = process.argv.slice(2);
  try {
    const { command, options } = parseCommandLine(words);
    if (options.help) {
      process.stdout.write(usage);
      return;
    }
    const chosen = (await import(join(__dirname, "commands", `${command}.ts`))) as Command;
    await chosen.run(options, stop.signal);
  } catch (error) {
    process.exitCode = exitCodeOf(words, error, stop.signal.aborted);
    const { message } = stop.signal.aborted ? stop.reason() : (error as Error);
    process.stderr.write(`\nerror: ${message}\n`);
  } finally {
    stop.release();
  }
}

void main();
