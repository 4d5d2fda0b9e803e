import { spawn } from "node:child_process";

/** What a command printed. */
export interface CommandResult {
  stdout: string;
  stderr: string;
}

/** How to run a command. */
export interface RunOptions {
  /** Whole environment of the command. @default the environment of this process */
  env?: NodeJS.ProcessEnv;
  /** Working directory. @default that of this process */
  cwd?: string;
  /** Text for its standard input. @default none: it reads end of file */
  input?: string;
  /** Milliseconds until it is killed. @default no limit */
  timeoutMs?: number;
  /** Kills the command when it is aborted. */
  signal?: AbortSignal;
  /** Sees each line as it is printed, of both streams. */
  onLine?: (line: string) => void;
}

/** A command that exited with another code than 0, or was killed. */
export class CommandError extends Error {
  constructor(
    readonly command: string,
    readonly exitCode: number | null,
    readonly stdout: string,
    readonly stderr: string,
    readonly timedOut: boolean,
  ) {
    const end = timedOut ? "ran into its time limit" : `exited with ${exitCode ?? "a signal"}`;
    super(`${command} ${end}: ${tail(stderr.trim() || stdout.trim())}`);
    this.name = "CommandError";
  }
}

function tail(text: string): string {
  return text.split("\n").slice(-15).join("\n");
}

/**
 * Runs a command to its end.
 * @throws CommandError when it does not exit with 0. Arguments are not part of the message: they may hold secrets.
 */
export function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: options.env ?? process.env,
      cwd: options.cwd,
      stdio: "pipe",
      signal: options.signal,
      killSignal: "SIGKILL",
    });
    let stdout = "";
    let stderr = "";
    let timedOut = false;
    const timer = options.timeoutMs
      ? setTimeout(() => {
          timedOut = true;
          child.kill("SIGKILL");
        }, options.timeoutMs)
      : undefined;
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    if (options.onLine) {
      reportLines(child.stdout, options.onLine);
      reportLines(child.stderr, options.onLine);
    }
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      if (code === 0) resolve({ stdout, stderr });
      else reject(new CommandError(command, code, stdout, stderr, timedOut));
    });
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input ?? "");
  });
}

function reportLines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = "";
  stream.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim()) onLine(line);
  });
}
