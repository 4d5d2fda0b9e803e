import type { TestState } from "../plan/testSchedule";

const day = (at: Date): string => at.toISOString().slice(0, 10);

/** The runbook's quarterly tests, a line each, what is overdue first. */
export function describeTests(states: readonly TestState[], unreadable: readonly string[]): string {
  const order: TestState["state"][] = ["overdue", "due", "waiting", "done"];
  const sorted = [...states].sort((one, other) => order.indexOf(one.state) - order.indexOf(other.state));
  return [
    ...sorted.map(
      (state) =>
        `${state.test.padEnd(20)} ${state.lastAt === undefined ? "no evidence that it ever passed" : `last passed ${day(state.lastAt)}`}; ${whenNext(state)}\n`,
    ),
    ...unreadable.map((each) => `evidence that cannot be read, and counts for nothing: ${each}\n`),
  ].join("");
}

function whenNext({ state, quarter: { name, from, until } }: TestState): string {
  const last = day(new Date(until.getTime() - 1));
  switch (state) {
    case "overdue":
      return `OVERDUE: it was due by ${last} (${name})`;
    case "due":
      return `due by ${last} (${name})`;
    case "waiting":
    case "done":
      return `next from ${day(from)} to ${last} (${name})`;
  }
}
