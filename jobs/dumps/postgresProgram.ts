import { spawn } from "node:child_process";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Failure, reasonOf } from "../../lib/failure";

/** One of PostgreSQL's programs and its arguments. No secret is among them: it connects by the socket. */
export interface PostgresProgram {
  command: "pg_dump" | "pg_dumpall" | "pg_restore" | "psql";
  args: readonly string[];
  /** As in "the dump failed". */
  failed: string;
}

/** What such programs are told of their surroundings: nothing that would lead them to another server, and no secret. */
function surroundings(): Record<string, string> {
  const names = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH"];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

const KEPT_LINES = 5;

/**
 * Runs a program to its end, and gives its output to a reader meanwhile.
 * @param input what it reads; @default nothing
 * @returns what the reader made of it; only when the program has ended well
 * @throws Failure with the program's last lines; what the input or the reader throws
 */
export async function throughProgram<T>(
  { command, args, failed }: PostgresProgram,
  read: (output: AsyncIterable<Buffer>) => Promise<T>,
  input?: AsyncIterable<Buffer>,
): Promise<T> {
  const child = spawn(command, args, { env: surroundings(), stdio: ["pipe", "pipe", "pipe"] });
  const lines: string[] = [];
  let rest = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    const all = (rest + text).split("\n");
    rest = all.pop() ?? "";
    lines.push(...all.filter((line) => line.trim() !== ""));
    lines.splice(0, lines.length - KEPT_LINES);
  });
  const ended = new Promise<string | undefined>((resolve) => {
    child.on("error", (error) => {
      resolve(`${command} cannot be started: ${error.message}`);
    });
    child.on("close", (code, signal) => {
      const said = [...lines, rest].join(" ").trim();
      resolve(code === 0 ? undefined : `${command} ended with ${signal ?? `code ${code ?? "?"}`}: ${said}`);
    });
  });
  const fed = input === undefined ? endInput(child.stdin) : feed(input, child.stdin);
  try {
    // All of them come to their end, so that what each has to say is known.
    const [feeding, reading] = await Promise.allSettled([
      fed.catch((error: unknown) => {
        child.kill("SIGKILL");
        throw error;
      }),
      read(child.stdout as AsyncIterable<Buffer>).catch((error: unknown) => {
        child.kill("SIGKILL");
        throw error;
      }),
    ]);
    const problem = await ended;
    // A program that has ended for a reason of its own says more than the pipe that it has left.
    if (feeding.status === "rejected" && !isLeftPipe(feeding.reason)) throw feeding.reason;
    if (reading.status === "rejected") throw reading.reason;
    if (problem !== undefined)
      throw new Failure(`${failed}: ${problem}`, "fix what it names, then run this again");
    if (feeding.status === "rejected") throw feeding.reason;
    return reading.value;
  } finally {
    child.kill("SIGKILL");
  }
}

/** For programs whose output says nothing. It is read to its end: what nobody reads would stop the program. */
export async function withoutOutput(output: AsyncIterable<Buffer>): Promise<void> {
  const bytes = output[Symbol.asyncIterator]();
  while ((await bytes.next()).done !== true);
}

/** For programs whose output is short. */
export async function wholeText(output: AsyncIterable<Buffer>): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const bytes of output) pieces.push(bytes);
  return Buffer.concat(pieces).toString("utf8");
}

function endInput(stdin: NodeJS.WritableStream): Promise<void> {
  stdin.on("error", () => undefined);
  stdin.end();
  return Promise.resolve();
}

async function feed(input: AsyncIterable<Buffer>, stdin: NodeJS.WritableStream): Promise<void> {
  await pipeline(Readable.from(input, { objectMode: false }), stdin);
}

function isLeftPipe(error: unknown): boolean {
  return /EPIPE|ERR_STREAM_PREMATURE_CLOSE|ERR_STREAM_DESTROYED/.test(
    `${(error as { code?: string }).code ?? ""} ${reasonOf(error)}`,
  );
}
