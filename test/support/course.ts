/** Measured seconds of a suite: as a whole, and of each of its cases that takes a second or more. */
export interface SuiteWeight {
  /** With everything that it prepares and removes. */
  seconds: number;
  /** Title of the case, without that of the suite → seconds, with what is prepared for it. */
  cases: Readonly<Record<string, number>>;
}

/** Title of a suite → what it takes. */
export type Weights = Readonly<Record<string, SuiteWeight>>;

/** Seconds of work after which the pace of this machine is taken into account. */
const PACE_AFTER = 60;

/** Least seconds of a case that is listed by itself. */
const LISTED_FROM = 1;

/**
 * Where a run of suites stands: how much of it is done, by measured weights, and how long the rest will take. Measures on the
 * way, for the weights of the next run.
 */
export class Course {
  private readonly startedAt: number;
  private readonly whole: number;
  private readonly seen: Record<string, { seconds: number; cases: Record<string, number> }> = {};
  private finished = 0;
  private finishedInSuite = 0;
  private running = { suite: "", weight: 0 };
  private suiteStartedAt: number;
  private lastEndAt: number;

  /**
   * @param suites titles of all suites that will run
   * @param now the time in milliseconds @default the clock
   */
  constructor(
    private readonly weights: Weights,
    suites: readonly string[],
    private readonly now: () => number = Date.now,
  ) {
    this.startedAt = this.suiteStartedAt = this.lastEndAt = now();
    this.whole = suites.reduce((sum, suite) => sum + (weights[suite]?.seconds ?? 0), 0);
  }

  /** A suite begins, with what it prepares for its first case. */
  beginSuite(suite: string, firstCase: string): void {
    this.suiteStartedAt = this.lastEndAt = this.now();
    this.finishedInSuite = 0;
    this.beginCase(suite, firstCase);
  }

  /** A case begins. What is prepared for it since the last one ended counts as its own. */
  beginCase(suite: string, title: string): void {
    this.running = { suite, weight: this.weights[suite]?.cases[title] ?? 0 };
  }

  /** The running case has ended, whatever its outcome. */
  endCase(suite: string, title: string): void {
    const seconds = this.secondsSince(this.lastEndAt);
    if (seconds >= LISTED_FROM) this.seenOf(suite).cases[title] = seconds;
    this.finishedInSuite += this.running.weight;
    this.running = { suite, weight: 0 };
    this.lastEndAt = this.now();
  }

  /** A suite has ended, and what it made is removed. */
  endSuite(suite: string): void {
    this.seenOf(suite).seconds = this.secondsSince(this.suiteStartedAt);
    this.finished += this.weights[suite]?.seconds ?? 0;
    this.finishedInSuite = 0;
    this.running = { suite: "", weight: 0 };
    this.lastEndAt = this.now();
  }

  /** From 0 to 1; undefined where nothing has been measured yet. */
  share(): number | undefined {
    return this.whole === 0 ? undefined : this.done() / this.whole;
  }

  /** Seconds to the end, at the pace of this run so far; undefined where nothing has been measured yet. */
  secondsLeft(): number | undefined {
    if (this.whole === 0) return undefined;
    const done = this.done();
    const pace = done < PACE_AFTER ? 1 : this.secondsSince(this.startedAt) / done;
    return (this.whole - done) * pace;
  }

  /** What the suites that have ended have taken in this run. */
  measured(): Weights {
    return this.seen;
  }

  private done(): number {
    const { suite, weight } = this.running;
    const inCase = Math.min(this.secondsSince(this.lastEndAt), weight);
    return this.finished + Math.min(this.finishedInSuite + inCase, this.weights[suite]?.seconds ?? 0);
  }

  private seenOf(suite: string): { seconds: number; cases: Record<string, number> } {
    return (this.seen[suite] ??= { seconds: 0, cases: {} });
  }

  private secondsSince(time: number): number {
    return Math.round((this.now() - time) / 100) / 10;
  }
}

/** "32 % · about 14 min left"; empty where nothing has been measured yet. */
export function courseText(course: Pick<Course, "share" | "secondsLeft">): string {
  const [share, left] = [course.share(), course.secondsLeft()];
  if (share === undefined || left === undefined) return "";
  return `${Math.floor(share * 100)} % · about ${left < 60 ? "a minute" : `${Math.ceil(left / 60)} min`} left`;
}
