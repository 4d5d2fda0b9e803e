/** What Redis answers: text, a number, nothing, an error, or a list of these. */
export type RedisReply = string | number | null | Error | RedisReply[];

/** A command as Redis reads it. */
export function encodeCommand(words: readonly string[]): string {
  const encoded = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return `*${words.length}\r\n${encoded.join("")}`;
}

/** Puts replies together from the pieces in which they arrive. */
export class ReplyParser {
  private rest = Buffer.alloc(0);

  /**
   * The replies that are complete once `bytes` have arrived.
   * @throws Error when the other side does not speak the protocol
   */
  push(bytes: Uint8Array): RedisReply[] {
    this.rest = Buffer.concat([this.rest, bytes]);
    const replies: RedisReply[] = [];
    for (let found = parse(this.rest, 0); found; found = parse(this.rest, 0)) {
      replies.push(found.reply);
      this.rest = this.rest.subarray(found.end);
    }
    return replies;
  }
}

interface Parsed {
  reply: RedisReply;
  /** First byte after the reply. */
  end: number;
}

/** The reply at `start`, or nothing while a part of it is missing. */
function parse(buffer: Buffer, start: number): Parsed | undefined {
  const lineEnd = buffer.indexOf("\r\n", start);
  if (lineEnd < 0) return undefined;
  const type = String.fromCharCode(buffer[start] ?? 0);
  const line = buffer.toString("utf8", start + 1, lineEnd);
  const end = lineEnd + 2;
  switch (type) {
    case "+":
      return { reply: line, end };
    case "-":
      return { reply: new Error(line), end };
    case ":":
      return { reply: Number(line), end };
    case "$":
      return parseText(buffer, end, Number(line));
    case "*":
      return parseList(buffer, end, Number(line));
    default:
      throw new Error("the answer is not in Redis' protocol");
  }
}

function parseText(buffer: Buffer, start: number, length: number): Parsed | undefined {
  if (length < 0) return { reply: null, end: start };
  const end = start + length + 2;
  return buffer.length < end ? undefined : { reply: buffer.toString("utf8", start, end - 2), end };
}

function parseList(buffer: Buffer, start: number, length: number): Parsed | undefined {
  if (length < 0) return { reply: null, end: start };
  const replies: RedisReply[] = [];
  let end = start;
  while (replies.length < length) {
    const item = parse(buffer, end);
    if (!item) return undefined;
    replies.push(item.reply);
    end = item.end;
  }
  return { reply: replies, end };
}
