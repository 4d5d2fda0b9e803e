import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatElapsed } from "../../lib/terminalProgress";
import type { Part } from "./parts";

/** How a part ended. */
export interface PartResult {
  passed: boolean;
  /** Why not; empty when it passed. */
  reason: string;
  seconds: number;
  /** ISO. */
  finishedAt: string;
  /** What it measured besides its time, as people read it. */
  figures: readonly string[];
}

/** Results of the parts for one state of the sources, one file each. */
export class NightlyRecord {
  /** @param directory made when the first result is written */
  constructor(private readonly directory: string) {}

  /** Result of a part; nothing where it has not ended yet for these sources. */
  read(part: Pick<Part, "name">): PartResult | undefined {
    try {
      return JSON.parse(readFileSync(this.file(part), "utf8")) as PartResult;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  /** Keeps a result in place of an earlier one. */
  write(part: Pick<Part, "name">, result: PartResult): void {
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    writeFileSync(this.file(part), `${JSON.stringify(result, undefined, 2)}\n`);
  }

  private file({ name }: Pick<Part, "name">): string {
    return join(this.directory, `${name}.json`);
  }
}

/** One line for each part: outcome, time, figures, and when that was. */
export function nightlyTable(
  parts: readonly Pick<Part, "name">[],
  record: Pick<NightlyRecord, "read">,
): string {
  const width = Math.max(...parts.map(({ name }) => name.length));
  const lines = parts.map((part) => {
    const name = part.name.padEnd(width);
    const result = record.read(part);
    if (result === undefined) return `${name}  not run`;
    const { passed, reason, seconds, figures, finishedAt } = result;
    const outcome = passed ? "passed" : `FAILED (${reason})`;
    return [
      `${name}  ${outcome} in ${formatElapsed(seconds * 1000)}`,
      ...figures,
      `${finishedAt.slice(0, 16).replace("T", " ")} UTC`,
    ].join(", ");
  });
  return lines.map((line) => `${line}\n`).join("");
}
