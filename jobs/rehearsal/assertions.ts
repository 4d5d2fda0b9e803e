import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Client } from "pg";
import { Failure, reasonOf } from "../../lib/failure";
import type { Facts } from "../../plan/evidence";
import { NotRehearsed } from "./steps";

/** What an operator wants to hold in each backup: SQL that returns no row, or one row with true. */
export interface Assertion {
  /** Of its file, without `.sql`. */
  name: string;
  sql: string;
}

/** How long each may take. */
const LIMIT = "10min";

/**
 * The assertions in a directory, by name.
 * @param wanted name of the ConfigMap that they come from; empty for none
 * @throws Failure when they are wanted, and there is none; NotRehearsed when none are wanted
 */
export async function readAssertions(directory: string, wanted: string): Promise<Assertion[]> {
  if (wanted === "")
    throw new NotRehearsed("there are no assertions of your own (lstm-pfd:rehearsalAssertions)");
  const names = (await filesIn(directory)).filter((name) => name.endsWith(".sql")).sort();
  if (names.length === 0)
    throw new Failure(
      `the ConfigMap ${wanted} is not there, or holds no entry NAME.sql`,
      "make it in the platform's namespace, or take it out of lstm-pfd:rehearsalAssertions",
    );
  return Promise.all(
    names.map(async (name) => ({
      name: name.slice(0, -".sql".length),
      sql: await readFile(join(directory, name), "utf8"),
    })),
  );
}

async function filesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/**
 * Holds a database to assertions, each in a transaction of its own that only reads.
 * @throws Failure that names those that do not hold, and no row of theirs
 */
export async function checkAssertions(client: Client, assertions: readonly Assertion[]): Promise<Facts> {
  const failed: string[] = [];
  for (const { name, sql } of assertions) {
    const problem = await problemOf(client, sql);
    if (problem !== undefined) failed.push(`${name} ${problem}`);
  }
  if (failed.length > 0)
    throw new Failure(
      `${failed.length} of ${assertions.length} assertions do not hold in what the backup brings back: ${failed.join("; ")}`,
      "run them in the living database too: what does not hold there either is no fault of the backup",
    );
  return { assertions: assertions.length };
}

async function problemOf(client: Client, sql: string): Promise<string | undefined> {
  await client.query("begin read only");
  try {
    await client.query(`set local statement_timeout = '${LIMIT}'`);
    const answer: unknown = await client.query({ text: sql, rowMode: "array" });
    // Several statements give an answer each.
    return judge((Array.isArray(answer) ? answer.at(-1) : answer) as Answer);
  } catch (error) {
    if ((error as { code?: string }).code === undefined) throw error;
    return `cannot be run: ${reasonOf(error)}`;
  } finally {
    await client.query("rollback");
  }
}

/** What a statement gave. */
export interface Answer {
  rows: unknown[][];
}

/** Why an answer does not hold; undefined where it does. */
export function judge({ rows }: Answer): string | undefined {
  if (rows.length === 0) return undefined;
  const [first = []] = rows;
  if (rows.length === 1 && first.length === 1 && typeof first[0] === "boolean")
    return first[0] ? undefined : "is false";
  return `gives ${rows.length} ${rows.length === 1 ? "row" : "rows"}, and must give none, or true`;
}
