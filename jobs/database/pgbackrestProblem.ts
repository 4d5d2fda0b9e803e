/** The first error in pgBackRest's output. */
export interface PgBackRestProblem {
  /** Its exit code, as in `[041]`. */
  code: number | undefined;
  /** First line of its message. */
  reason: string;
  /** Key of the object that the message names. */
  object: string | undefined;
}

/** Finds what went wrong in the output of a pgBackRest that failed. */
export function pgBackRestProblem(output: string): PgBackRestProblem {
  const lines = output.split("\n").map((line) => line.trim());
  const index = lines.findIndex((line) => /ERROR: \[\d+\]: /.test(line));
  const match = /ERROR: \[(\d+)\]: (.*)$/.exec(lines[index] ?? "");
  if (match?.[1] === undefined)
    return {
      code: undefined,
      reason: lines.filter((line) => line !== "").at(-1) ?? "no message",
      object: undefined,
    };
  // What is indented below belongs to the same message.
  const rest = lines.slice(index + 1);
  const end = rest.findIndex((line) => /^(P\d\d|\d{4}-\d\d-\d\d |HINT|\[RETRY)/.test(line));
  const message = [match[2] ?? "", ...rest.slice(0, end === -1 ? rest.length : end)].filter(Boolean);
  return {
    code: Number(match[1]),
    reason: message.slice(0, 3).join(" "),
    object: /'?\/?(wal\/generation-\d{4}\/repository\/[^'"\s,:]+)/.exec(message.join(" "))?.[1],
  };
}
