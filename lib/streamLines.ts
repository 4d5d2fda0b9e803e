import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { CommandError } from "./process";

const keptBytes = 64 * 1024;

/**
 * Runs a command to its end and hands over its standard output line by line. Nothing of it is kept, however long it is.
 * @param options.env whole environment of the command
 * @throws CommandError when it does not exit with 0, with the end of its standard error
 */
export async function streamLines(
  command: string,
  args: readonly string[],
  options: { env: NodeJS.ProcessEnv; timeoutMs: number },
  onLine: (line: string) => void,
): Promise<void> {
  const child = spawn(command, args, { env: options.env, stdio: ["ignore", "pipe", "pipe"] });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill("SIGKILL");
  }, options.timeoutMs);
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-keptBytes);
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  // Awaited below; a failure to start comes while the lines are read.
  ended.catch(() => undefined);
  try {
    for await (const line of createInterface({ input: child.stdout, crlfDelay: Infinity })) onLine(line);
    const code = await ended;
    if (code !== 0) throw new CommandError(command, code, "", stderr, timedOut);
  } finally {
    clearTimeout(timer);
    child.kill("SIGKILL");
  }
}
