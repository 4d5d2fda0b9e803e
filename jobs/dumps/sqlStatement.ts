/** What a lexer is in the middle of. */
type Inside =
  | { kind: "nothing" }
  /** A string; with `E` before it, a backslash escapes. */
  | { kind: "string"; escapes: boolean }
  | { kind: "name" }
  | { kind: "dollar"; tag: string }
  | { kind: "comment"; depth: number };

const nothing: Inside = { kind: "nothing" };

/**
 * Finds the ends of statements in SQL text, line by line, as psql does: not in strings, quoted names, dollar quotes, comments,
 * parentheses, nor in the body of a function that is written as SQL.
 * @see https://github.com/postgres/postgres/blob/master/src/fe_utils/psqlscan.l
 */
export class StatementLexer {
  private inside: Inside = nothing;
  private parentheses = 0;
  /** Words of the statement so far, in small letters: the first four tell whether it makes a function. */
  private words: string[] = [];
  /** How deep it is in BEGIN ATOMIC … END and CASE … END. */
  private begun = 0;
  private command = false;

  /** Whether a line that follows begins outside of any statement. */
  get isBetween(): boolean {
    return this.inside.kind === "nothing" && this.words.length === 0 && this.parentheses === 0;
  }

  /** Whether a backslash stood outside of any text: to psql, that is a command, wherever it stands. */
  get sawCommand(): boolean {
    return this.command;
  }

  /** @returns whether a statement ends in this line, and nothing follows it */
  read(line: string): boolean {
    let ended = false;
    for (let at = 0; at < line.length;) {
      const next = this.inside.kind === "nothing" ? this.plain(line, at) : this.text(line, at, this.inside);
      if (next === "end") {
        ended = true;
        at += 1;
        continue;
      }
      if (next > at && line.slice(at, next).trim() !== "" && !this.isBetween) ended = false;
      at = next;
    }
    return ended && this.isBetween;
  }

  private plain(line: string, at: number): number | "end" {
    const rest = line.slice(at);
    if (rest.startsWith("--")) return line.length;
    if (rest.startsWith("/*")) {
      this.inside = { kind: "comment", depth: 1 };
      return at + 2;
    }
    const [word] = /^[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/.exec(rest) ?? [];
    if (word !== undefined) {
      if (/^e$/i.test(word) && line[at + 1] === "'")
        return this.into({ kind: "string", escapes: true }, at + 2);
      this.word(word.toLowerCase());
      return at + word.length;
    }
    const [tag] = /^\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/.exec(rest) ?? [];
    if (tag !== undefined) return this.into({ kind: "dollar", tag }, at + tag.length);
    switch (rest[0]) {
      case "'":
        return this.into({ kind: "string", escapes: false }, at + 1);
      case '"':
        return this.into({ kind: "name" }, at + 1);
      case "(":
        this.parentheses += 1;
        this.other();
        return at + 1;
      case ")":
        this.parentheses = Math.max(0, this.parentheses - 1);
        return at + 1;
      case ";":
        if (this.parentheses > 0 || this.begun > 0) return at + 1;
        this.words = [];
        return "end";
      case "\\":
        this.command = true;
        return at + 1;
      default: {
        const [number] = /^[0-9][\w.$]*/.exec(rest) ?? [];
        if ((rest[0] ?? "").trim() !== "") this.other();
        return at + (number?.length ?? 1);
      }
    }
  }

  private text(line: string, at: number, inside: Inside): number {
    switch (inside.kind) {
      case "string": {
        for (let index = at; index < line.length; index += 1) {
          if (inside.escapes && line[index] === "\\") index += 1;
          else if (line[index] === "'") return this.into(nothing, index + 1);
        }
        return line.length;
      }
      case "name": {
        const end = line.indexOf('"', at);
        return end === -1 ? line.length : this.into(nothing, end + 1);
      }
      case "dollar": {
        const end = line.indexOf(inside.tag, at);
        return end === -1 ? line.length : this.into(nothing, end + inside.tag.length);
      }
      case "comment": {
        const [mark] = /\/\*|\*\//.exec(line.slice(at)) ?? [];
        if (mark === undefined) return line.length;
        const depth = inside.depth + (mark === "/*" ? 1 : -1);
        return this.into(
          depth === 0 ? nothing : { kind: "comment", depth },
          line.indexOf(mark, at) + mark.length,
        );
      }
      case "nothing":
        return at;
    }
  }

  private into(inside: Inside, at: number): number {
    if (inside.kind === "string" || inside.kind === "name" || inside.kind === "dollar") this.other();
    this.inside = inside;
    return at;
  }

  /** Something of a statement that is no word. */
  private other(): void {
    if (this.words.length === 0) this.words.push("");
  }

  private word(word: string): void {
    if (this.words.length < 4) this.words.push(word);
    if (this.parentheses > 0 || !this.makesFunction()) return;
    if (word === "begin" || (word === "case" && this.begun > 0)) this.begun += 1;
    else if (word === "end" && this.begun > 0) this.begun -= 1;
  }

  private makesFunction(): boolean {
    const [first, second, third, fourth] = this.words;
    if (first !== "create") return false;
    const kind = second === "or" && third === "replace" ? fourth : second;
    return kind === "function" || kind === "procedure";
  }
}
