import { setTimeout as sleep } from "node:timers/promises";
import { CommandError, run } from "../../lib/process";
import type { WaitLimits } from "../../lib/wait";
import { Failure, reasonOf } from "../../lib/failure";
import { repositoryPath } from "../../plan/repository";
import { pgBackRestProblem } from "./pgbackrestProblem";
import { parsePgBackRestVersion, type PgBackRestVersion } from "./pgbackrestVersion";
import { programEnvironment } from "./programEnvironment";
import { parseStanzaInfo, type StanzaInfo } from "./stanzaInfo";
import { parseVerification, type Verification } from "./verification";

/** Stanza of the project: one database, one name. */
export const STANZA = "main";

/** Commands that look at the data directory; the others refuse to be told of it. */
const ON_DATABASE = ["stanza-create", "check", "backup", "restore"];

/** @see https://github.com/pgbackrest/pgbackrest/blob/main/src/build/error/error.yaml */
const LOCK_ACQUIRE_ERROR = 50;

const SECOND = 1000;
const HOUR = 3600 * SECOND;

/**
 * pgBackRest said no. The message is its own, or S3's; `object` is the file of the repository that it speaks of, as a key;
 * `remedy` is what S3's answer asks for.
 */
export class PgBackRestError extends Error {
  constructor(
    readonly command: string,
    readonly code: number | undefined,
    readonly reason: string,
    readonly object: string | undefined,
    readonly remedy?: string,
  ) {
    super(`pgbackrest ${command}: ${reason}`);
    this.name = "PgBackRestError";
  }
}

/** pgBackRest was stopped: it had not ended in time. */
export class PgBackRestTimeout extends PgBackRestError {
  constructor(command: string, seconds: number) {
    super(command, undefined, `no end after ${seconds} s`, undefined);
    this.name = "PgBackRestTimeout";
  }
}

/**
 * Does something with pgBackRest and says for people what failed.
 * @param what as in "the base backup failed"
 * @throws Failure
 */
export async function told<T>(what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof Failure) throw error;
    const code = error instanceof PgBackRestError && error.code !== undefined ? ` [${error.code}]` : "";
    const remedy = error instanceof PgBackRestError ? error.remedy : undefined;
    throw new Failure(`${what}: ${reasonOf(error)}${code}`, remedy ?? "fix the cause, then run this again");
  }
}

/**
 * Runs pgBackRest for one data directory, and on the repository of one generation: it is named in each command, so that none of
 * them can work on another one. The rest of the configuration comes from its file, secrets from the environment.
 */
export class PgBackRest {
  /** @param generation whose repository is meant; undefined where none is read or written */
  constructor(
    private readonly dataDirectory: string,
    private readonly generation: number | undefined,
    private readonly environment: Record<string, string> = programEnvironment(),
  ) {}

  /** State of the stanza. Its `status` says whether the repository could be read. */
  async info(): Promise<StanzaInfo> {
    const output = await this.run("info", ["--output=json"], { timeoutMs: 60 * SECOND, quiet: true });
    return parseStanzaInfo(output, STANZA);
  }

  /**
   * Makes the stanza, from the control file alone: a server that replays may run on the directory. Where it is made already,
   * nothing happens. A process that fetches WAL for that server holds the same lock now and then, and is waited for.
   * @param limits of that wait
   */
  async createStanza(
    log: (line: string) => void,
    limits: WaitLimits = { timeoutMs: 120 * SECOND, everyMs: SECOND },
  ): Promise<void> {
    const deadline = Date.now() + limits.timeoutMs;
    for (;;)
      try {
        await this.run("stanza-create", ["--no-online"], { timeoutMs: 120 * SECOND, log });
        return;
      } catch (error) {
        const isLocked = error instanceof PgBackRestError && error.code === LOCK_ACQUIRE_ERROR;
        if (!isLocked || Date.now() > deadline) throw error;
        await sleep(limits.everyMs);
      }
  }

  /** Content of a file of the repository, deciphered; the path is relative to it: `archive/main/15-1/00000002.history`. */
  async readRepositoryFile(path: string): Promise<string> {
    return this.run("repo-get", [path], { timeoutMs: 60 * SECOND, quiet: true, subject: true });
  }

  /** Closes the WAL segment in work and waits until it is in the repository. */
  async check(log: (line: string) => void): Promise<void> {
    await this.run("check", [], { timeoutMs: 180 * SECOND, log });
  }

  /** Takes a base backup. */
  async backup(type: "full" | "incr", log: (line: string) => void): Promise<void> {
    await this.run("backup", [`--type=${type}`], { timeoutMs: 12 * HOUR, log });
  }

  /**
   * Restores a base backup into the data directory. Of the settings for recovery that it writes none is wanted (see
   * `clearRecoverySettings`), but from 2.55 on every other type is held to the path's own newest timeline, which may be that of a dead
   * branch.
   * @param delta compares what is there by checksum and fetches the rest; without it the directory must be empty
   */
  async restore(label: string, delta: boolean, log: (line: string) => void): Promise<void> {
    const how = delta ? ["--delta"] : [];
    const args = [
      `--set=${label}`,
      "--type=standby",
      "--target-timeline=current",
      ...how,
      "--log-level-console=detail",
    ];
    await this.run("restore", args, { timeoutMs: 12 * HOUR, log });
  }

  /** Removes all but the newest `fulls` full backups, what depends on the others, and WAL older than those kept. */
  async expire(fulls: number, log: (line: string) => void): Promise<void> {
    const args = [
      "--repo1-retention-full-type=count",
      `--repo1-retention-full=${fulls}`,
      `--repo1-retention-archive=${fulls}`,
    ];
    await this.run("expire", args, { timeoutMs: HOUR, log });
  }

  /**
   * Reads the repository and compares checksums. A damaged file is tried twice only: there may be hundreds.
   * @param set label of a backup, of which alone is read what a restore of it needs, from 2.55 on; @default everything
   * @throws PgBackRestTimeout after `timeoutMs`
   */
  async verify(set?: string, timeoutMs = 24 * HOUR): Promise<Verification> {
    const args = ["--output=text", "--verbose", "--log-level-console=info", "--job-retry=1"];
    if (set !== undefined) args.push(`--set=${set}`);
    return parseVerification(await this.run("verify", args, { timeoutMs }));
  }

  /** @throws Failure when it cannot be started */
  async version(): Promise<PgBackRestVersion> {
    return parsePgBackRestVersion(await this.run("version", [], { timeoutMs: 60 * SECOND }));
  }

  private async run(
    command: string,
    args: readonly string[],
    options: { timeoutMs: number; quiet?: boolean; subject?: boolean; log?: (line: string) => void },
  ): Promise<string> {
    const { log } = options;
    try {
      const { stdout } = await run(
        "pgbackrest",
        [
          `--stanza=${STANZA}`,
          ...(this.generation === undefined ? [] : [`--repo1-path=${repositoryPath(this.generation)}`]),
          ...(ON_DATABASE.includes(command) ? [`--pg1-path=${this.dataDirectory}`] : []),
          ...(options.quiet ? ["--log-level-console=off"] : []),
          // What a command works on comes after its name.
          ...(options.subject ? [command, ...args] : [...args, command]),
        ],
        {
          env: this.environment,
          timeoutMs: options.timeoutMs,
          ...(log === undefined ? {} : { onLine: log }),
        },
      );
      return stdout;
    } catch (error) {
      if (!(error instanceof CommandError))
        throw new Failure(
          `pgbackrest cannot be started: ${reasonOf(error)}`,
          "use the postgres image for this command",
        );
      if (error.timedOut) throw new PgBackRestTimeout(command, Math.round(options.timeoutMs / SECOND));
      const { code, reason, object, remedy } = pgBackRestProblem(`${error.stdout}\n${error.stderr}`);
      throw new PgBackRestError(command, code ?? error.exitCode ?? undefined, reason, object, remedy);
    }
  }
}
