import { terminalProgress } from "../../lib/terminalProgress";
import { checkHost, ensureToolchain } from "@lstm-pfd/local-cloud/toolchain";
import type { Options } from "../commandLine";

/** Prepares the toolchain and prints where it is. */
export async function run(_options: Options, signal: AbortSignal): Promise<void> {
  await checkHost();
  const toolchain = await ensureToolchain(terminalProgress(), signal);
  process.stdout.write(`${JSON.stringify(toolchain, undefined, 2)}\n`);
}
