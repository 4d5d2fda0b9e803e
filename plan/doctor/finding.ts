/** How bad something is, the worst first: people or clients notice it now; data or the next recovery is at risk; it will become trouble. */
export const severities = ["down", "at risk", "look"] as const;

/** One of {@link severities}. */
export type Severity = (typeof severities)[number];

/** Something that is wrong. */
export interface Finding {
  severity: Severity;
  /** What is wrong, in one sentence without a full stop. */
  what: string;
  /** One line of what was seen. */
  evidence: string;
  /** What to do, in words. */
  todo: string;
  /** The exact command, where there is one. */
  command?: string;
  /** Keys of what it is about, as in `node/a`: by them others name it as their cause. */
  about: readonly string[];
  /** Keys of what may be its cause: where one of them is found as well, this is a symptom of that. */
  becauseOf?: readonly string[];
}

/** On whose behalf is judged. */
export interface Context {
  /** The time of who asks. */
  now: Date;
  /** Name of the platform's stack. */
  stack: string;
  /** Namespace of the application. */
  namespace: string;
}

/** Option of a command by which it finds the stack; empty for the one that it takes by itself. */
export function stackOption({ stack }: Pick<Context, "stack">): string {
  return stack === "local" ? "" : ` --stack ${stack}`;
}

/** The `npm run` command on the stack. @param words after its options */
export function npmRun(context: Pick<Context, "stack">, command: string, words = ""): string {
  const option = stackOption(context);
  const rest = words === "" ? "" : ` ${words}`;
  return option === "" && rest === "" ? `npm run ${command}` : `npm run ${command} --${option}${rest}`;
}

/** Text on one line, cut to a length. @param limit characters @default 300 */
export function oneLine(text: string, limit = 300): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= limit ? line : `${line.slice(0, limit - 1)}…`;
}

/** A span for people: `3 d`, `5 h`, `12 min`, `40 s`. */
export function spanText(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 2 * 3600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}
