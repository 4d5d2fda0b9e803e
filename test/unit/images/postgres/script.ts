import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const bin = join(__dirname, "../../../../images/postgres/bin");

/** How a script ended. */
export interface Ending {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** A directory of its own for a script under test, with stand-ins for the programs that it calls. */
export class ScriptBench {
  private constructor(readonly directory: string) {}

  static async create(): Promise<ScriptBench> {
    return new ScriptBench(await mkdtemp(join(tmpdir(), "script-")));
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  /** Puts a shell script on the path, before anything that is installed. `$BENCH` is the directory. */
  async stub(name: string, body: string): Promise<void> {
    await writeFile(this.path(name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  }

  start(script: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): ChildProcess {
    const path = `${this.directory}:${process.env["PATH"] ?? ""}`;
    return spawn(join(bin, script), args, { env: { PATH: path, BENCH: this.directory, ...env } });
  }

  async run(script: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Ending> {
    return ending(this.start(script, args, env));
  }

  remove(): Promise<void> {
    return rm(this.directory, { recursive: true });
  }
}

/** Waits until a script has ended. */
export async function ending(child: ChildProcess): Promise<Ending> {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (text: Buffer) => (stdout += text.toString()));
  child.stderr?.on("data", (text: Buffer) => (stderr += text.toString()));
  const [status] = (await once(child, "close")) as [number | null];
  return { status, stdout, stderr };
}
