import { terminalProgress } from "../../lib/terminalProgress";
import { checkHost, ensureToolchain } from "@lstm-pfd/local-cloud/toolchain";
import type { Options } from "../commandLine";

/** Prepares the toolchain, with images that were saved where they are given, and prints where it is. */
export async function run({ images }: Options, signal: AbortSignal): Promise<void> {
  await checkHost();
  const toolchain = await ensureToolchain(terminalProgress(), signal, images);
  process.stdout.write(`${JSON.stringify(toolchain, undefined, 2)}\n`);
}
