import type { Decide, Fate } from "./plainDump";

/** What a server has, as far as a plain dump may ask for it. */
export interface ServerHas {
  extensions: ReadonlySet<string>;
  settings: ReadonlySet<string>;
}

const kept: Fate = { fate: "kept" };
const silently: Fate = { fate: "left out" };

const noted = (note: string): Fate => ({ fate: "left out", note });

/** What is looked for at the beginning of a statement, and what becomes of it. The first one that fits decides. */
type RuleOfStatement = [beginning: RegExp, fate: (match: RegExpExecArray) => Fate];

/**
 * How a plain dump is loaded into a database of another server: without owners and rights, which are those of the application's role here,
 * without extensions that this server lacks, and without anything that would reach beyond its own database.
 */
export function plainRules({ extensions, settings }: ServerHas): Decide {
  let connections = 0;
  const rules: RuleOfStatement[] = [
    [/^\\(restrict|unrestrict)\b/, () => silently],
    [
      /^\\c(onnect)?\b/,
      () => {
        connections += 1;
        return connections > 1
          ? { fate: "refused", why: "it holds several databases" }
          : noted("the database that it connects to: it is loaded into a new one");
      },
    ],
    [/^\\/, ([command]) => ({ fate: "refused", why: `it has a command of psql (${command}…)` })],
    [/^(CREATE|ALTER|DROP|COMMENT ON|GRANT .* ON|REVOKE .* ON) DATABASE\b/is, () => silently],
    [
      /^(CREATE|ALTER|DROP|COMMENT ON) (ROLE|USER(?! MAPPING)|TABLESPACE)\b/i,
      () => noted("roles and tablespaces"),
    ],
    // The new database is empty: there is nothing to drop.
    [/^DROP /i, () => silently],
    [/^ALTER TABLE (IF EXISTS )?(ONLY )?\S+ DROP CONSTRAINT\b/i, () => silently],
    [/^ALTER [^;]*? OWNER TO ("(?:[^"]|"")*"|[^\s;]+);$/is, ([, owner = ""]) => noted(`the owner ${owner}`)],
    [/^(GRANT|REVOKE|ALTER DEFAULT PRIVILEGES)\b/i, () => noted("rights of roles")],
    [/^(SET SESSION AUTHORIZATION|SECURITY LABEL)\b/i, () => silently],
    [
      /^CREATE EXTENSION (?:IF NOT EXISTS )?("(?:[^"]|"")*"|[^\s;]+)/i,
      ([, written = ""]) => {
        const name = written.replace(/^"|"$/g, "");
        return extensions.has(name) ? kept : noted(`the extension ${name}, which this server lacks`);
      },
    ],
    [/^COMMENT ON EXTENSION\b/i, () => silently],
    [/^CREATE SCHEMA public;$/i, () => silently],
    [/^SET default_tablespace = (?!'';)/i, () => noted("tablespaces")],
    [
      /^SET (?:SESSION |LOCAL )?([a-z_]+(?:\.[a-z_]+)?) (?:=|TO)/i,
      ([, name = ""]) =>
        settings.has(name.toLowerCase())
          ? kept
          : noted(`the setting ${name}, which this server does not know`),
    ],
  ];
  return (statement) => {
    for (const [beginning, fate] of rules) {
      const match = beginning.exec(statement);
      if (match !== null) return fate(match);
    }
    return kept;
  };
}
