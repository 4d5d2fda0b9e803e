import type { Evidence } from "./evidence";

/** Tests of the runbook's section 6, by what they prove. */
export const runbookTests = ["failover drill", "database restoration", "model recovery"] as const;

/** One of {@link runbookTests}. */
export type RunbookTest = (typeof runbookTests)[number];

/** The runbook's quarterly table: quarter of the year, from 1, → test. */
export const testOfQuarter: Readonly<Record<1 | 2 | 3 | 4, RunbookTest>> = {
  1: "failover drill",
  2: "database restoration",
  3: "model recovery",
  4: "failover drill",
};

/** A quarter in which a test is due, UTC. */
export interface TestQuarter {
  /** As in `2026-Q1`. */
  name: string;
  /** Its first moment. */
  from: Date;
  /** The first moment after it. */
  until: Date;
}

/** Where a test of the table stands. */
export interface TestState {
  test: RunbookTest;
  /** When it last passed; undefined when no evidence says so. */
  lastAt: Date | undefined;
  /**
   * overdue: a quarter of its own is over, and it has not passed since that began. due: this is one, and it has not passed in it. done: it has
   * passed in it. waiting: its quarter is to come.
   */
  state: "overdue" | "due" | "done" | "waiting";
  /** The quarter that is missed where it is overdue, that it is due in, or the next one. */
  quarter: TestQuarter;
}

/** What evidence says of the tests, as far as they count: only what has passed. */
export function testsPassedIn(
  evidence: Pick<Evidence, "kind" | "outcome" | "steps" | "endedAt">,
): RunbookTest[] {
  if (evidence.kind === "drill") return evidence.outcome === "passed" ? ["failover drill"] : [];
  const passed = (step: string): boolean =>
    evidence.steps.some((each) => each.step === step && each.state === "passed");
  // A rehearsal may find damaged models beside a good database: each counts by itself.
  return [
    ...(passed("restore") && !evidence.steps.some(({ step, state }) => ofDatabase(step) && state === "failed")
      ? (["database restoration"] as const)
      : []),
    ...(passed("models") ? (["model recovery"] as const) : []),
  ];
}

function ofDatabase(step: string): boolean {
  return ["restore", "indexes", "assertions", "foreign keys"].includes(step);
}

/**
 * Where each test of the table stands.
 * @param evidence in any order; what is later than `now` does not count
 * @param now by the store's clock
 * @param since when there was something to test: quarters that ended before are nobody's fault. @default for ever
 */
export function testStates(
  evidence: readonly Pick<Evidence, "kind" | "outcome" | "steps" | "endedAt">[],
  now: Date,
  since = new Date(0),
): TestState[] {
  return runbookTests.map((test) => {
    const times = evidence
      .filter((each) => testsPassedIn(each).includes(test))
      .map(({ endedAt }) => new Date(endedAt))
      .filter((at) => at <= now)
      .sort((one, other) => one.getTime() - other.getTime());
    return stateOf(test, times.at(-1), now, since);
  });
}

function stateOf(test: RunbookTest, lastAt: Date | undefined, now: Date, since: Date): TestState {
  const own = quartersAround(now).filter(({ test: each }) => each === test);
  const state = (which: TestState["state"], quarter: TestQuarter | undefined): TestState => {
    if (quarter === undefined) throw new Error(`the table has no quarter for "${test}"`);
    const { name, from, until } = quarter;
    return { test, lastAt, state: which, quarter: { name, from, until } };
  };
  const missed = own.filter(({ until }) => until <= now && until > since).at(-1);
  if (missed !== undefined && (lastAt === undefined || lastAt < missed.from)) return state("overdue", missed);
  const current = own.find(({ from, until }) => from <= now && now < until);
  const next = own.find(({ from }) => from > now);
  if (current === undefined) return state("waiting", next);
  return lastAt !== undefined && lastAt >= current.from ? state("done", next) : state("due", current);
}

/** The quarters of the year before, of this one, and of the next, oldest first. */
function quartersAround(now: Date): (TestQuarter & { test: RunbookTest })[] {
  const year = now.getUTCFullYear();
  return [year - 1, year, year + 1].flatMap((each) =>
    ([1, 2, 3, 4] as const).map((quarter) => ({
      test: testOfQuarter[quarter],
      name: `${each}-Q${quarter}`,
      from: new Date(Date.UTC(each, (quarter - 1) * 3, 1)),
      until: new Date(Date.UTC(each, quarter * 3, 1)),
    })),
  );
}
