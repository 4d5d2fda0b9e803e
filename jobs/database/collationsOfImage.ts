import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure, reasonOf } from "../../lib/failure";
import { run } from "../../lib/process";
import type { CollationInUse } from "./collations";
import { programEnvironment } from "./programEnvironment";

const MINUTE = 60_000;

type Named = Pick<CollationInUse, "provider" | "locale">;

/** Asks for the versions that the programs of this image have of some collations; null for those that have none. */
export type VersionsOfImage = (collations: readonly Named[]) => Promise<(collation: Named) => string | null>;

/**
 * Versions as the server of this image would tell them. That of libc is that of glibc, for every locale; that of ICU is asked of the
 * server itself, on an empty data directory that is thrown away, which takes a second or two. Each locale is asked for once.
 */
export function versionsOfImage(): VersionsOfImage {
  const known = new Map<string, string | null>();
  return async (collations) => {
    const missing = collations.filter((collation) => !known.has(keyOf(collation)));
    if (missing.some(({ provider }) => provider === "libc")) {
      const version = await glibcVersion();
      for (const each of missing) if (each.provider === "libc") known.set(keyOf(each), version);
    }
    const locales = missing.flatMap(({ provider, locale }) => (provider === "icu" ? [locale] : []));
    if (locales.length > 0)
      for (const [locale, version] of await icuVersions([...new Set(locales)]))
        known.set(keyOf({ provider: "icu", locale }), version);
    return (collation) => known.get(keyOf(collation)) ?? null;
  };
}

function keyOf({ provider, locale }: Named): string {
  return `${provider}:${locale}`;
}

/** Null where the C library is another one: PostgreSQL then tells no version either. */
async function glibcVersion(): Promise<string | null> {
  try {
    const { stdout } = await run("getconf", ["GNU_LIBC_VERSION"], { timeoutMs: MINUTE });
    return /^glibc (\S+)/.exec(stdout)?.[1] ?? null;
  } catch {
    return null;
  }
}

/** @throws Failure when the server cannot be asked */
async function icuVersions(locales: readonly string[]): Promise<Map<string, string>> {
  const directory = mkdtempSync(join(tmpdir(), "collations-"));
  const data = join(directory, "data");
  const answer = join(directory, "versions");
  const options = { env: programEnvironment(), timeoutMs: MINUTE };
  try {
    await run(
      "initdb",
      [
        `--pgdata=${data}`,
        "--username=postgres",
        "--locale=C",
        "--encoding=UTF8",
        "--auth=trust",
        "--no-sync",
      ],
      options,
    );
    await run("postgres", ["--single", "-D", data, "-c", "fsync=off", "template1"], {
      ...options,
      input: statements(locales, answer),
    });
    // The server goes on after a statement that fails: what it has not told is seen to be missing.
    const told = new Map(
      readFileSync(answer, "utf8")
        .split("\n")
        .map((line) => line.split("\t") as [string, string]),
    );
    return new Map(
      locales.map((locale, index) => {
        const version = told.get(String(index));
        if (version === undefined) throw new Error(`it says nothing of ${locale}`);
        return [locale, version];
      }),
    );
  } catch (error) {
    throw new Failure(
      `the ICU of this image cannot be asked for its version: ${reasonOf(error)}`,
      "use the postgres image for this command, with some megabytes of room in /tmp",
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** One statement on each line, as a server without clients takes them. */
function statements(locales: readonly string[], answer: string): string {
  const made = locales.map(
    (locale, index) => `create collation image_${index} (provider = icu, locale = ${quoted(locale)});`,
  );
  const versions = `select substr(collname, 7), pg_collation_actual_version(oid) from pg_collation where collname ~ '^image_[0-9]+$'`;
  return [...made, `copy (${versions}) to ${quoted(answer)};`, ""].join("\n");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''").replaceAll("\n", " ")}'`;
}
