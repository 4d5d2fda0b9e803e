/** One row of the writer: its number, and the wall-clock time in it (ISO, milliseconds), taken just before its commit. */
export interface WriterRow {
  sequence: number;
  at: string;
}

/** What the writer's log says. */
export interface Acknowledgements {
  /** Rows that the database acknowledged. */
  count: number;
  first: WriterRow | undefined;
  last: WriterRow | undefined;
  /** Longest time between two rows that follow each other, in seconds; undefined before the second row. */
  largestGapSeconds: number | undefined;
  /** Numbers that were never acknowledged although a later one was: a fault of the writer, 0 in a sound drill. */
  skipped: number;
}

/** The line that the writer prints once the commit of a row has returned. */
export function acknowledgementLine(row: WriterRow): string {
  return `ACK ${row.sequence} ${row.at}`;
}

/** Reads a line of the writer; undefined when it is none of its acknowledgements. */
export function parseAcknowledgement(line: string): WriterRow | undefined {
  const match = /^ACK (\d{1,15}) (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\r?$/.exec(line);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  return { sequence: Number(match[1]), at: match[2] };
}

/**
 * Follows the writer's output and keeps what was acknowledged. A line counts once its line end has arrived, so a last line
 * that a kill cut off counts for nothing. A log that is followed twice, or from its start again, changes nothing.
 */
export class AcknowledgementLog {
  private rest = "";
  private first: WriterRow | undefined;
  private last: WriterRow | undefined;
  private count = 0;
  private largestGapMs: number | undefined;

  /** Takes the next piece of text, cut anywhere. */
  write(text: string): void {
    const lines = (this.rest + text).split("\n");
    this.rest = lines.pop() ?? "";
    for (const line of lines) this.take(parseAcknowledgement(line));
  }

  /** Follows a stream to its end. A stream that breaks has ended: that is how a disaster looks. */
  async follow(stream: NodeJS.ReadableStream): Promise<void> {
    stream.setEncoding("utf8");
    try {
      for await (const text of stream) this.write(String(text));
    } catch {
      // What was read before counts.
    }
    this.rest = "";
  }

  /** What is known so far. */
  state(): Acknowledgements {
    const { first, last, count, largestGapMs } = this;
    const numbers = first && last ? last.sequence - first.sequence + 1 : 0;
    return {
      count,
      first,
      last,
      largestGapSeconds: largestGapMs === undefined ? undefined : largestGapMs / 1000,
      skipped: numbers - count,
    };
  }

  private take(row: WriterRow | undefined): void {
    if (row === undefined || (this.last && row.sequence <= this.last.sequence)) return;
    if (this.last)
      this.largestGapMs = Math.max(this.largestGapMs ?? 0, Date.parse(row.at) - Date.parse(this.last.at));
    this.first ??= row;
    this.last = row;
    this.count += 1;
  }
}
