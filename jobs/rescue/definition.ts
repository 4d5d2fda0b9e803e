import { CommandError, run } from "../../lib/process";
import { Failure } from "../../lib/failure";
import { programEnvironment } from "../database/programEnvironment";
import { qualified } from "../tableName";
import type { CopySource } from "./copyTable";

/**
 * The statements that make a table as it was, with its defaults, constraints, indexes and triggers, by its own name.
 * @throws Failure when pg_dump does not end well
 */
export async function definitionOf(
  { directory, database }: CopySource,
  table: { schema: string; name: string },
): Promise<string> {
  const args = [
    "--schema-only",
    "--no-owner",
    "--no-privileges",
    `--table=${qualified(table)}`,
    `--host=${directory}`,
    "--username=postgres",
    `--dbname=${database}`,
  ];
  try {
    const { stdout } = await run("pg_dump", args, { env: programEnvironment(), timeoutMs: 600_000 });
    return statementsOf(stdout);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new Failure(
      `the definition of the table cannot be read: ${error.stderr.trim().split("\n").at(-1) ?? "pg_dump said nothing"}`,
      "fix what the message names, then run this again",
    );
  }
}

/** What of a dump defines: not its comments, settings and commands of psql. */
export function statementsOf(dump: string): string {
  return dump
    .split("\n")
    .filter((line) => !/^(--.*|SET .*|SELECT pg_catalog\.set_config\(.*|\\(un)?restrict .*|)$/.test(line))
    .join("\n");
}
