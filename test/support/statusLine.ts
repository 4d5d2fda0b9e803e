import type { WriteStream } from "node:tty";

/** Where a status is shown: as much of a stream as that needs. */
export type StatusScreen = Pick<WriteStream, "write"> & { isTTY?: boolean; columns?: number };

/**
 * One line that says how things stand. On a terminal it stays the last one, below whatever else is printed; elsewhere each
 * status is a line of its own.
 */
export class StatusLine {
  private shown = "";
  private readonly release: (() => void)[] = [];

  /**
   * @param screen gets the status
   * @param others everything that prints to the same terminal
   */
  constructor(
    private readonly screen: StatusScreen,
    others: readonly StatusScreen[],
  ) {
    this.print = screen.write.bind(screen);
    if (screen.isTTY === true) for (const other of new Set([screen, ...others])) this.giveWay(other);
  }

  private readonly print: (text: string) => boolean;

  /** Whether a status may be shown often. */
  get live(): boolean {
    return this.screen.isTTY === true;
  }

  /** Shows a status in place of the last one. */
  show(text: string): void {
    if (!this.live) {
      this.print(`${text}\n`);
      return;
    }
    this.shown = text.slice(0, (this.screen.columns ?? 80) - 1);
    this.print(`\r\x1b[K${this.shown}`);
  }

  /** Ends it, and lets the streams be as they were. */
  close(): void {
    this.clear();
    for (const release of this.release.splice(0)) release();
  }

  /** Lets others print over the status; the next one appears below. */
  private giveWay(other: StatusScreen): void {
    const write = other.write;
    const clearAndWrite = ((...args: Parameters<typeof write>) => {
      this.clear();
      return write.apply(other, args);
    }) as typeof write;
    other.write = clearAndWrite;
    this.release.push(() => (other.write = write));
  }

  private clear(): void {
    if (this.shown !== "") this.print("\r\x1b[K");
    this.shown = "";
  }
}
