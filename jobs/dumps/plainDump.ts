import { Failure } from "../../lib/failure";
import { type RowsByTable, tableKey } from "./dumpManifest";
import { StatementLexer } from "./sqlStatement";

/** What became of a statement of a plain dump. */
export type Fate =
  | { fate: "kept" }
  /** `note`: what a person is told, once. @default nothing */
  | { fate: "left out"; note?: string }
  /** The dump cannot be loaded. */
  | { fate: "refused"; why: string };

/** Decides on a statement by its text, without what stands before it. A command of psql begins with a backslash. */
export type Decide = (statement: string) => Fate;

/** What a plain dump holds, once it was read to its end. */
export interface PlainFacts {
  rows: RowsByTable;
  /** What was left out, in order, each once. */
  notes: string[];
  /** Bytes of SQL, before any compression. */
  sizeBytes: number;
}

const NEWLINE = 10;
const END_OF_DATA = Buffer.from("\\.");
const COMPLETE = "-- PostgreSQL database dump complete";
/** No statement of a dump is as long; data are not statements. */
const MAX_STATEMENT = 256 * 1024 * 1024;
const otherDump = "choose another dump (npm run dumps lists them)";

/**
 * Reads SQL as `pg_dump` writes it, counts the rows of each table, and gives on what is to be loaded. It is held to its end: pg_dump says
 * so in the last lines, and one that died wrote none.
 * @param where as it stands in messages
 * @param facts filled while it is read; valid at the end
 */
export class PlainDumpReader {
  readonly facts: PlainFacts = { rows: {}, notes: [], sizeBytes: 0 };
  private readonly lexer = new StatementLexer();
  private rest: Buffer[] = [];
  private restBytes = 0;
  private statement: string[] = [];
  private statementBytes = 0;
  /** Table whose rows come, in place of statements. */
  private table: string | undefined;
  private complete = false;
  /** Schema of names without one: older releases set it in front of what they name. */
  private schema = "public";

  constructor(
    private readonly where: string,
    private readonly decide: Decide = () => ({ fate: "kept" }),
  ) {}

  /**
   * @returns what is to be loaded of it
   * @throws Failure when it cannot be loaded, or is cut off
   */
  async *read(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const bytes of content) {
      this.facts.sizeBytes += bytes.length;
      const kept = this.take(bytes);
      if (kept.length > 0) yield kept;
    }
    const last = this.restBytes === 0 ? Buffer.alloc(0) : this.take(Buffer.from("\n"));
    if (last.length > 0) yield last;
    this.requireEnd();
  }

  private take(bytes: Buffer): Buffer {
    const lastNewline = bytes.lastIndexOf(NEWLINE);
    if (lastNewline === -1) {
      this.keep(bytes);
      return Buffer.alloc(0);
    }
    const whole = Buffer.concat([...this.rest, bytes.subarray(0, lastNewline + 1)]);
    this.rest = [];
    this.restBytes = 0;
    this.keep(bytes.subarray(lastNewline + 1));
    return Buffer.concat(this.lines(whole));
  }

  private keep(bytes: Buffer): void {
    if (bytes.length > 0) this.rest.push(bytes);
    this.restBytes += bytes.length;
    if (this.table === undefined && this.restBytes > MAX_STATEMENT) throw this.tooLong();
  }

  private lines(text: Buffer): Buffer[] {
    const kept: Buffer[] = [];
    for (let at = 0; at < text.length;) {
      if (this.table !== undefined) {
        const end = this.data(text, at, this.table);
        kept.push(text.subarray(at, end));
        at = end;
        continue;
      }
      const end = text.indexOf(NEWLINE, at) + 1;
      const given = this.line(text.subarray(at, end).toString("utf8"));
      if (given !== "") kept.push(Buffer.from(given));
      at = end;
    }
    return kept;
  }

  /** Counts the rows of a table. @returns where they end, or the text does */
  private data(text: Buffer, from: number, table: string): number {
    let rows = 0;
    for (let at = from; at < text.length;) {
      const end = text.indexOf(NEWLINE, at);
      const isEnd = end - at === END_OF_DATA.length && text.subarray(at, end).equals(END_OF_DATA);
      at = end + 1;
      if (!isEnd) {
        rows += 1;
        continue;
      }
      this.add(table, rows);
      this.table = undefined;
      return at;
    }
    this.add(table, rows);
    return text.length;
  }

  private add(table: string, rows: number): void {
    this.facts.rows[table] = (this.facts.rows[table] ?? 0) + rows;
  }

  private line(line: string): string {
    if (this.lexer.isBetween) {
      const trimmed = line.trim();
      if (trimmed.startsWith(COMPLETE)) this.complete = true;
      if (trimmed === "" || trimmed.startsWith("--")) return line;
      if (trimmed.startsWith("\\")) return this.decided(trimmed, line);
      // Something comes after the end: another dump follows in the same file, which must come to its end as well.
      this.complete = false;
    }
    this.statement.push(line);
    this.statementBytes += line.length;
    if (this.statementBytes > MAX_STATEMENT) throw this.tooLong();
    const ended = this.lexer.read(line);
    if (this.lexer.sawCommand)
      throw new Failure(
        `${this.where} cannot be loaded: it has a command of psql within a statement, which pg_dump never writes`,
        otherDump,
      );
    if (!ended) return "";
    const statement = this.statement.join("");
    this.statement = [];
    this.statementBytes = 0;
    return this.decided(statement.trim(), statement);
  }

  private decided(trimmed: string, text: string): string {
    const decision = this.decide(trimmed);
    if (decision.fate === "refused")
      throw new Failure(`${this.where} cannot be loaded: ${decision.why}`, otherDump);
    this.look(trimmed);
    if (decision.fate === "kept") return text;
    if (decision.note !== undefined && !this.facts.notes.includes(decision.note))
      this.facts.notes.push(decision.note);
    return "";
  }

  /** What a statement says of the rows that come. */
  private look(statement: string): void {
    const path = /^SET search_path = ("(?:[^"]|"")*"|[\w$]+)/i.exec(statement)?.[1];
    if (path !== undefined) this.schema = nameOf(path);
    const [, verb, first = "", second] =
      /^(COPY|INSERT INTO) ("(?:[^"]|"")*"|[^\s."(]+)(?:\.("(?:[^"]|"")*"|[^\s."(]+))?/i.exec(statement) ??
      [];
    if (verb === undefined) return;
    const table =
      second === undefined ? tableKey(this.schema, nameOf(first)) : tableKey(nameOf(first), nameOf(second));
    if (verb.toUpperCase() !== "COPY") {
      this.add(table, 1);
      return;
    }
    if (!/ FROM stdin;$/i.test(statement)) return;
    this.table = table;
    this.add(table, 0);
  }

  private requireEnd(): void {
    const cutOff = (where: string): Failure =>
      new Failure(
        `${this.where} is cut off: it ends ${where}; nothing of it was put into place`,
        `whoever wrote it died or ran out of room; ${otherDump}`,
      );
    if (this.table !== undefined) throw cutOff(`in the rows of ${this.table}`);
    if (this.statement.length > 0) throw cutOff("within a statement");
    if (!this.complete) throw cutOff(`without the line "${COMPLETE}", which pg_dump writes last`);
  }

  private tooLong(): Failure {
    return new Failure(`${this.where} is no dump of SQL: a statement in it has no end`, otherDump);
  }
}

/** A name as it stands in SQL, without its quotes. */
function nameOf(written: string): string {
  return written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written.toLowerCase();
}
