import type { Kubectl } from "./kubectl";
import {
  type OwnOfThrowAway,
  readSources,
  throwAwayJob,
  throwAwaySources,
  type ThrowAwaySources,
} from "./throwAwayJob";

/** What a Job printed. */
export interface Printed {
  result: unknown;
  /** All of its lines. */
  lines: string[];
}

/** Seconds that an ended Job stays when whoever began it was killed. */
const keptSeconds = 3600;

/**
 * Runs a command on a copy of the database, beside the living one, and removes everything of it, also when it fails or is stopped.
 * @param kubectl on the namespace of the platform
 * @param detail is told the newest line of its log now and then
 * @throws Error with the command's own sentence when it failed
 */
export async function runThrowAway(
  kubectl: Kubectl,
  own: Omit<OwnOfThrowAway, "namespace" | "keptSeconds">,
  detail: (text: string) => void,
): Promise<Printed> {
  const sources = (await readSources(kubectl, throwAwaySources)) as unknown as ThrowAwaySources;
  const name = `${own.name}-${Date.now().toString(36)}`;
  try {
    const job = throwAwayJob(sources, { ...own, name, keptSeconds });
    await kubectl.call(["create", "--filename=-"], { input: JSON.stringify(job) });
    await kubectl.finishJob(name, own.limitSeconds, detail);
    // All of it: the runtime cuts a long line into several, of which a tail gets the last.
    return readLog(await kubectl.call(["logs", `job/${name}`, "--tail=-1"]));
  } finally {
    // The signal that stops the work must not stop this.
    await kubectl
      .withSignal(new AbortController().signal)
      .call(["delete", "job", name, "--ignore-not-found", "--cascade=foreground", "--timeout=120s"], {
        timeoutMs: 130_000,
      });
  }
}

/** What the log of a command that ended well says. */
export function readLog(log: string): Printed {
  const lines = log.split("\n");
  const mark = "RESULT ";
  const last = lines.filter((line) => line.startsWith(mark)).at(-1);
  return {
    result: last === undefined ? undefined : (JSON.parse(last.slice(mark.length)) as unknown),
    lines,
  };
}
