import assert from "node:assert/strict";
import { type Decide, type PlainFacts, PlainDumpReader } from "../../../../jobs/dumps/plainDump";

const END = "--\n-- PostgreSQL database dump complete\n--\n\n";

async function* inPieces(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function read(text: string, decide?: Decide, pieces = 7): Promise<{ kept: string; facts: PlainFacts }> {
  const reader = new PlainDumpReader("db/backup-2026-01-15.sql.gz", decide);
  const kept: Buffer[] = [];
  for await (const bytes of reader.read(inPieces(text, pieces))) kept.push(bytes);
  return { kept: Buffer.concat(kept).toString(), facts: reader.facts };
}

/** The statements of a text, as the reader tells them. */
async function statements(text: string): Promise<string[]> {
  const told: string[] = [];
  await read(`${text}\n${END}`, (statement) => {
    told.push(statement);
    return { fate: "kept" };
  });
  return told;
}

describe("a plain dump", () => {
  const sample = `--
-- PostgreSQL database dump
--

\\restrict abc

SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);

CREATE TABLE public.experiments (
    id integer NOT NULL,
    note text DEFAULT 'it; isn''t'::text
);

ALTER TABLE public.experiments OWNER TO sara;

CREATE TABLE public."My Table" ("a;b" integer);

COPY public.experiments (id, note) FROM stdin;
1\tit is ü
2\t\\\\.
3\tALTER TABLE x OWNER TO y;
\\.

COPY public."My Table" ("a;b") FROM stdin;
\\.

CREATE FUNCTION public.f() RETURNS void
    LANGUAGE plpgsql
    AS $_$
begin
  ALTER TABLE public.experiments OWNER TO sara;
  \\. ; -- '
end
$_$;

\\unrestrict abc
${END}`;

  for (const pieces of [1, 7, 64, 100_000])
    it(`is read in pieces of ${pieces} bytes: as it is, with its rows`, async () => {
      const { kept, facts } = await read(sample, undefined, pieces);
      assert.equal(kept, sample);
      assert.deepEqual(facts.rows, { "public.experiments": 3, 'public."My Table"': 0 });
      assert.equal(facts.sizeBytes, Buffer.byteLength(sample));
    });

  it("loses what is left out, and nothing in rows or functions", async () => {
    const { kept, facts } = await read(sample, (statement) =>
      / OWNER TO /.test(statement) && !statement.startsWith("CREATE")
        ? { fate: "left out", note: "the owner sara" }
        : { fate: "kept" },
    );
    assert.equal(kept, sample.replace("ALTER TABLE public.experiments OWNER TO sara;\n", ""));
    assert.deepEqual(facts.notes, ["the owner sara"]);
  });

  it("is refused with the reason that was given", async () => {
    await assert.rejects(
      read(sample, (statement) =>
        statement.startsWith("\\") ? { fate: "refused", why: "it runs a command" } : { fate: "kept" },
      ),
      /db\/backup-2026-01-15\.sql\.gz cannot be loaded: it runs a command; choose another dump/,
    );
  });

  it("counts rows that are written as statements", async () => {
    const { facts } = await read(
      `INSERT INTO public.a VALUES (1, 'x;\n;');\nINSERT INTO public.a VALUES (2);\n${END}`,
    );
    assert.deepEqual(facts.rows, { "public.a": 2 });
  });

  it("finds tables by the search path of older releases", async () => {
    const { facts } = await read(
      `SET search_path = public, pg_catalog;\nCOPY experiments (id) FROM stdin;\n1\n\\.\nSET search_path = "Old", pg_catalog;\nCOPY a FROM stdin;\n\\.\n${END}`,
    );
    assert.deepEqual(facts.rows, { "public.experiments": 1, '"Old".a': 0 });
  });

  it("is refused when a command of psql stands within a statement", async () => {
    await assert.rejects(read(`SELECT 1; \\! true\n${END}`), /a command of psql within a statement/);
  });

  for (const [where, at, message] of [
    [
      "in its rows",
      sample.indexOf("2\t"),
      /is cut off: it ends in the rows of public\.experiments; nothing of it/,
    ],
    ["in a row", sample.indexOf("it is"), /in the rows of public\.experiments/],
    ["within a statement", sample.indexOf("integer NOT"), /it ends within a statement/],
    [
      "between statements",
      sample.indexOf("CREATE FUNCTION"),
      /without the line "-- PostgreSQL database dump complete"/,
    ],
    ["before anything", 0, /without the line/],
  ] as const)
    it(`is refused when it is cut off ${where}`, async () => {
      await assert.rejects(read(sample.slice(0, at)), message);
    });

  it("is refused when another one follows that is cut off", async () => {
    await assert.rejects(read(`${sample}CREATE TABLE public.b (id integer);\n`), /without the line/);
  });
});

describe("statements of SQL", () => {
  for (const [what, text, expected] of [
    ["a line each", "SELECT 1;\nSELECT 2;", ["SELECT 1;", "SELECT 2;"]],
    ["several lines", "SELECT\n 1\n;", ["SELECT\n 1\n;"]],
    ["two on a line stay together", "SELECT 1; SELECT 2;", ["SELECT 1; SELECT 2;"]],
    ["a comment behind", "SELECT 1; -- one\nSELECT 2;", ["SELECT 1; -- one", "SELECT 2;"]],
    ["strings", "SELECT 'a;\n''b;', E'\\';\n';", ["SELECT 'a;\n''b;', E'\\';\n';"]],
    ["a backslash in a plain string", "SELECT '\\';\nSELECT 2;", ["SELECT '\\';", "SELECT 2;"]],
    ["names", 'SELECT ";\n""" FROM a;', ['SELECT ";\n""" FROM a;']],
    ["dollar quotes", "DO $a$ x; $b$ ;\n' $a$;", ["DO $a$ x; $b$ ;\n' $a$;"]],
    ["a parameter", "SELECT $1;\nSELECT 2;", ["SELECT $1;", "SELECT 2;"]],
    ["a dollar in a name", "SELECT a$b$c;\nSELECT 2;", ["SELECT a$b$c;", "SELECT 2;"]],
    ["comments in comments", "SELECT /* a /* b; */ c;\n*/ 1;", ["SELECT /* a /* b; */ c;\n*/ 1;"]],
    [
      "rules",
      "CREATE RULE r AS ON INSERT TO a DO (SELECT 1;\nSELECT 2);",
      ["CREATE RULE r AS ON INSERT TO a DO (SELECT 1;\nSELECT 2);"],
    ],
    [
      "functions in SQL",
      "CREATE OR REPLACE FUNCTION f() RETURNS int\nBEGIN ATOMIC\n SELECT CASE WHEN true THEN 1 END;\n SELECT 2;\nEND;\nSELECT 3;",
      [
        "CREATE OR REPLACE FUNCTION f() RETURNS int\nBEGIN ATOMIC\n SELECT CASE WHEN true THEN 1 END;\n SELECT 2;\nEND;",
        "SELECT 3;",
      ],
    ],
  ] as const)
    it(`are found: ${what}`, async () => {
      assert.deepEqual(await statements(text), expected);
    });
});
