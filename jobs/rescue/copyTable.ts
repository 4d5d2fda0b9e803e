import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Failure } from "../../lib/failure";
import { programEnvironment } from "../database/programEnvironment";
import type { DatabaseAddress } from "../verification/database";
import { copyOut, type ImportPlan, scriptAfter, scriptBefore } from "./importScript";

/** The database that is copied from, by its socket. */
export interface CopySource {
  directory: string;
  database: string;
}

/** What both sides must agree on: how values are written down. */
const format = {
  PGCLIENTENCODING: "UTF8",
  PGOPTIONS:
    "-c datestyle=ISO,YMD -c intervalstyle=postgres -c bytea_output=hex -c extra_float_digits=1 -c timezone=UTC",
  PGCONNECT_TIMEOUT: "10",
};

const arguments_ = ["--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1"];

type Psql = ChildProcessByStdio<Writable, Readable, Readable>;

/**
 * Copies the rows of a table into a new one of another database, in one transaction: it is there with every row, or not at all.
 * @param from table in the source
 * @throws Failure with what psql said
 */
export async function copyTable(
  source: CopySource,
  from: { schema: string; name: string },
  living: DatabaseAddress,
  plan: ImportPlan,
): Promise<void> {
  const reader = new Running("the copy", {
    PGHOST: source.directory,
    PGUSER: "postgres",
    PGDATABASE: source.database,
  });
  const writer = new Running("the living database", {
    PGHOST: living.host,
    PGPORT: String(living.port),
    PGUSER: living.user,
    PGPASSWORD: living.password,
    PGDATABASE: living.database,
  });
  try {
    reader.psql.stdin.end(`${copyOut(from, plan.columns)};\n`);
    await writer.write(scriptBefore(plan));
    // Without the end of the rows nothing is committed: a source that ends early must not look like a shorter table.
    await Promise.all([
      pipeline(reader.psql.stdout, writer.psql.stdin, { end: false }).catch(() => undefined),
      reader.ended(),
    ]);
    await writer.write(scriptAfter(plan));
    writer.psql.stdin.end();
    await writer.ended();
  } catch (error) {
    // Where both failed, it was the writer: the reader only lost its listener. One that ends here commits nothing.
    writer.psql.stdin.end();
    await writer.ended();
    throw error;
  } finally {
    reader.psql.kill("SIGKILL");
    writer.psql.kill("SIGKILL");
  }
}

/** psql, as it runs. */
class Running {
  readonly psql: Psql;
  private said = "";
  private readonly end: Promise<number | null>;

  constructor(
    private readonly where: string,
    environment: Record<string, string>,
  ) {
    this.psql = spawn("psql", arguments_, {
      env: programEnvironment(process.env, { ...format, ...environment }),
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.psql.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.said = (this.said + text).slice(-4000);
    });
    this.psql.stdin.on("error", () => undefined);
    this.end = new Promise((resolve, reject) => {
      this.psql.on("error", reject);
      this.psql.on("close", resolve);
    });
    this.end.catch(() => undefined);
  }

  write(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.psql.stdin.write(text, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }

  /** @throws Failure when it did not end well */
  async ended(): Promise<void> {
    if ((await this.end) !== 0) throw this.toFailure();
  }

  private toFailure(): Failure {
    const line = this.said.split("\n").find((text) => /ERROR|FATAL|error:/.test(text)) ?? this.said.trim();
    return new Failure(
      `the table could not be copied: ${this.where} said "${line.replace(/^psql:[^ ]* /, "").trim() || "nothing"}"; nothing of it was kept`,
      "fix what the message names, then run this again",
    );
  }
}
