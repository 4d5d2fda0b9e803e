import { readFileSync } from "node:fs";
import { join } from "node:path";
import { nonceRowName } from "./nonce";

const directory = join(__dirname, "..", "seed");

/**
 * SQL that gives an empty database the application's schema, its rows, and the row with the nonce. Plain statements, for
 * `psql` on standard input: see {@link seedPsqlArguments}.
 * @param role owner of everything; the session's role is changed to it
 */
export function seedSql(nonce: string, role: string): string {
  const read = (file: string): string => readFileSync(join(directory, file), "utf8");
  return [
    `set role ${quoteName(role)};`,
    `set drill.nonce_row = '${nonceRowName(nonce)}';`,
    read("schema.sql"),
    read("rows.sql"),
    read("constraints.sql"),
  ].join("\n");
}

/**
 * To be run once after {@link seedSql}, outside of a transaction: otherwise autovacuum does the same minutes later, and its
 * WAL would delay the archiving that the drill measures.
 */
export const afterSeedSql = "vacuum (freeze, analyze)";

/** Arguments of `psql` for {@link seedSql}: all or nothing, stops at the first error. */
export function seedPsqlArguments(database: string): string[] {
  return [
    "--no-psqlrc",
    "--quiet",
    "--tuples-only",
    "--no-align",
    "--set=ON_ERROR_STOP=1",
    "--single-transaction",
    `--dbname=${database}`,
    "--file=-",
  ];
}

function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
