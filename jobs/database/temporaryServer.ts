import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { Failure, reasonOf } from "../../lib/failure";
import { waitFor } from "../../lib/wait";
import { readIfThere } from "./dataDirectory";
import { socketClient } from "./socketClient";

const KEPT_LINES = 40;
/** Answers to this process's own attempts to connect, and one line for each segment or checkpoint. */
const NOISE =
  /the database system is (starting up|not yet accepting connections)|Consistent recovery state has not been yet reached|restored log file|checkpoint (starting|complete)|restartpoint (starting|complete)|recovery restart point/;

/**
 * A PostgreSQL server on a data directory that is being prepared: reachable through a private socket only, and writing no
 * statement into its log. Nothing that it starts outlives the container.
 */
export class TemporaryServer {
  /** Directory of the socket and of everything that is private to this server. */
  readonly directory = mkdtempSync(join(tmpdir(), "server-"));
  private readonly lines: string[] = [];
  private child: ChildProcess | undefined;
  private exit: string | undefined;
  private readonly killAtExit = (): void => void this.child?.kill("SIGQUIT");

  constructor(
    private readonly dataDirectory: string,
    private readonly log: (line: string) => void,
  ) {}

  /** Starts the server; it may not accept connections yet. */
  start(settings: Readonly<Record<string, string>>, environment: Record<string, string>): void {
    const accessFile = join(this.directory, "pg_hba.conf");
    writeFileSync(accessFile, "local all all trust\n");
    const all: Record<string, string> = {
      listen_addresses: "",
      unix_socket_directories: this.directory,
      unix_socket_permissions: "0700",
      hba_file: accessFile,
      log_statement: "none",
      log_min_error_statement: "panic",
      log_min_duration_statement: "-1",
      logging_collector: "off",
      log_destination: "stderr",
      log_line_prefix: "",
      jit: "off",
      // One that crashes must be seen to be gone, and not begin again and again.
      restart_after_crash: "off",
      ...settings,
    };
    const args = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    this.exit = undefined;
    const child = spawn("postgres", ["-D", this.dataDirectory, ...args], {
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child = child;
    process.once("exit", this.killAtExit);
    child.on("error", (error) => (this.exit = `it cannot be started: ${error.message}`));
    child.on("close", (code, signal) => (this.exit ??= `it ended with ${signal ?? `code ${code ?? "?"}`}`));
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        for (const line of text.split("\n")) if (line.trim() !== "") this.keep(line.trim());
      });
  }

  private keep(line: string): void {
    if (NOISE.test(line)) return;
    this.lines.push(line);
    if (this.lines.length > KEPT_LINES) this.lines.shift();
    this.log(`postgres: ${line}`);
  }

  /** Why the server is gone; undefined while it runs. */
  get ended(): string | undefined {
    return this.exit;
  }

  /** The last lines of the server's log that speak of a failure, newest last. */
  complaints(): string[] {
    return this.lines.filter((line) => /FATAL|PANIC|ERROR|wal-get|pgbackrest/i.test(line));
  }

  /**
   * Waits until the server has come to the end of its own log, whether or not anybody can work with it.
   * @throws Failure when it ends before
   */
  async untilReady(timeoutMs: number): Promise<void> {
    await waitFor(
      "the temporary server to come to the end of its log",
      "look at its log lines above",
      { timeoutMs, everyMs: 200 },
      () => {
        if (this.exit !== undefined) throw this.gone();
        // The eighth line is the postmaster's status.
        const status = readIfThere(this.dataDirectory, "postmaster.pid")?.split("\n")[7];
        return Promise.resolve(status?.trim() === "ready" ? true : undefined);
      },
    );
  }

  /** Opens a connection as superuser; undefined as long as the server does not accept one. */
  async tryConnect(database: string): Promise<Client | undefined> {
    const client = socketClient(this.directory, database, { connectionTimeoutMillis: 10_000 });
    try {
      await client.connect();
      return client;
    } catch (error) {
      // 3D000: the server is there, the database is not.
      if ((error as { code?: string }).code === "3D000")
        throw new Failure(`the server has no database ${database}`, "check POSTGRES_DB against the backup");
      return undefined;
    }
  }

  /** @throws Failure when the server ends or does not accept a connection in time */
  async connect(database: string, timeoutMs: number): Promise<Client> {
    return waitFor(
      "the temporary server to accept connections",
      "look at its log lines above",
      { timeoutMs, everyMs: 100 },
      async () => {
        const client = await this.tryConnect(database);
        if (client === undefined && this.exit !== undefined) throw this.gone();
        return client;
      },
    );
  }

  private gone(): Failure {
    return new Failure(
      `the temporary server on ${this.dataDirectory} is gone: ${this.exit ?? "it has ended"} (${this.complaints().at(-1) ?? "it said nothing"})`,
      "look at its log lines above",
    );
  }

  /**
   * Stops the server in an orderly way: a checkpoint, then what is left to archive.
   * @throws Failure when it does not end in time
   */
  async stop(timeoutMs: number): Promise<void> {
    this.child?.kill("SIGINT");
    await waitFor(
      "the temporary server to stop",
      "look at its log lines above",
      { timeoutMs, everyMs: 50 },
      () => Promise.resolve(this.exit),
    );
    this.forget();
  }

  /** Ends the server at once, whatever it does, and removes what is private to it. */
  async discard(): Promise<void> {
    for (const signal of ["SIGQUIT", "SIGKILL"] as const) {
      if (this.ended !== undefined) break;
      this.child?.kill(signal);
      for (let count = 0; count < 100 && this.isRunning(); count += 1) await sleep(100);
    }
    this.forget();
  }

  private isRunning(): boolean {
    return this.child !== undefined && this.exit === undefined;
  }

  private forget(): void {
    process.removeListener("exit", this.killAtExit);
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** One value of one row, as text. */
export async function queryValue(
  client: Client,
  sql: string,
  values: unknown[] = [],
): Promise<string | undefined> {
  try {
    const { rows } = await client.query<Record<string, string | number | boolean | null>>(sql, values);
    const value = Object.values(rows[0] ?? {})[0] ?? undefined;
    return value === undefined ? undefined : String(value);
  } catch (error) {
    throw new Failure(`the database did not answer: ${reasonOf(error)}`, "look at the server's log lines");
  }
}
