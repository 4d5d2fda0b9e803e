import { createInterface } from "node:readline/promises";
import { UsageError } from "./commandLine";

/** @throws UsageError where nobody can be asked, before anything is begun that would have to ask */
export function requireSomebodyToAsk(): void {
  if (!process.stdin.isTTY)
    throw new UsageError("nobody can be asked here: say --yes to do it, or --plan to see what would be done");
}

/**
 * Asks a person before something is stopped or removed.
 * @throws Error when the answer is another one than "yes"
 */
export async function confirm(question: string, signal: AbortSignal): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} Type yes to go on: `, { signal });
    if (answer.trim() !== "yes") throw new Error("nothing was done");
  } finally {
    terminal.close();
  }
}
