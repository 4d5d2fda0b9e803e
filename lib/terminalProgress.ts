import { AsyncLocalStorage } from "node:async_hooks";
import type { Progress } from "./progress";

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const REDRAW_MS = 100;
const STILL_RUNNING_MS = 30_000;

/** The part of a terminal or a log that is needed here. */
export interface Screen {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

interface Step {
  name: string;
  depth: number;
  startedAt: number;
  detail: string;
}

/**
 * Progress for people. On a terminal: one live line for each running step, and what is left. Elsewhere: a line
 * when a step starts and when it ends, and one every 30 s while it runs.
 * @param screen @default standard error
 * @param now the time in milliseconds @default the clock
 */
export function terminalProgress(screen: Screen = process.stderr, now: () => number = Date.now): Progress {
  return new TerminalProgress(screen, now);
}

class TerminalProgress implements Progress {
  private readonly running = new Set<Step>();
  private readonly planned = new Set<string>();
  private readonly finished = new Set<string>();
  private readonly parent = new AsyncLocalStorage<Step>();
  private timer: NodeJS.Timeout | undefined;
  private drawnLines = 0;

  constructor(
    private readonly screen: Screen,
    private readonly now: () => number,
  ) {}

  plan(names: readonly string[]): void {
    for (const name of names) this.planned.add(name);
  }

  async step<T>(name: string, work: (detail: (text: string) => void) => Promise<T>): Promise<T> {
    const depth = (this.parent.getStore()?.depth ?? -1) + 1;
    const step = { name, depth, startedAt: this.now(), detail: "" };
    if (depth === 0) this.planned.add(name);
    this.begin(step);
    const detail = (text: string): void => {
      step.detail = text.replace(/\s+/g, " ").trim();
    };
    try {
      const result = await this.parent.run(step, () => work(detail));
      this.end(step, "done");
      return result;
    } catch (error) {
      this.end(step, "failed");
      throw error;
    }
  }

  private begin(step: Step): void {
    this.running.add(step);
    if (!this.screen.isTTY) this.screen.write(`${indent(step)}start ${step.name}\n`);
    this.timer ??= this.screen.isTTY
      ? setInterval(() => {
          this.redraw();
        }, REDRAW_MS)
      : setInterval(() => {
          this.reportRunning();
        }, STILL_RUNNING_MS);
  }

  private end(step: Step, outcome: "done" | "failed"): void {
    this.running.delete(step);
    if (outcome === "done") this.finished.add(step.name);
    const elapsed = formatElapsed(this.now() - step.startedAt);
    if (this.screen.isTTY) {
      const mark = outcome === "done" ? "✓" : "✗";
      this.redraw(`${indent(step)}${mark} ${step.name} (${elapsed})`);
    } else {
      this.screen.write(`${indent(step)}${outcome} ${step.name} (${elapsed})\n`);
    }
    if (this.running.size === 0) {
      clearInterval(this.timer);
      this.timer = undefined;
    }
  }

  private reportRunning(): void {
    for (const step of this.running) {
      const elapsed = formatElapsed(this.now() - step.startedAt);
      const detail = step.detail && `: ${step.detail}`;
      this.screen.write(
        `${indent(step)}still running: ${step.name} (${elapsed})${detail}; ${this.summary()}\n`,
      );
    }
  }

  /** Draws the live lines anew, with a lasting line above them. */
  private redraw(lasting?: string): void {
    const width = (this.screen.columns ?? 80) - 1;
    const frame = FRAMES[Math.floor(this.now() / REDRAW_MS) % FRAMES.length] ?? "";
    const live = [...this.running].map((step) => {
      const elapsed = formatElapsed(this.now() - step.startedAt);
      return `${indent(step)}${frame} ${step.name} ${elapsed}${step.detail && `  ${step.detail}`}`;
    });
    if (live.length > 0) live.push(this.summary());
    const erase = this.drawnLines > 0 ? `\x1b[${this.drawnLines}A\x1b[J` : "";
    const lines = [...(lasting === undefined ? [] : [lasting]), ...live].map((line) => line.slice(0, width));
    this.screen.write(erase + lines.map((line) => `${line}\n`).join(""));
    this.drawnLines = live.length;
  }

  private summary(): string {
    const active = new Set([...this.running].map((step) => step.name));
    const left = [...this.planned].filter((name) => !this.finished.has(name) && !active.has(name));
    const done = [...this.planned].filter((name) => this.finished.has(name)).length;
    const rest = left.length > 0 ? `, left: ${left.join(", ")}` : "";
    return `${done} of ${this.planned.size} steps${rest}`;
  }
}

function indent(step: Step): string {
  return "  ".repeat(step.depth);
}

/** A duration as people say it: "12 s", "3 min 05 s". */
export function formatElapsed(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
}
