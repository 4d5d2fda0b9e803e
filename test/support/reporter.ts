import { reporters, Runner, type MochaOptions, type Suite, type Test } from "mocha";
import { Course, courseText } from "./course";
import { readWeights, writeResults } from "./results";
import { StatusLine } from "./statusLine";

const { constants } = Runner;

/** Seconds between two lines of a log about one long case. */
const LOG_EVERY = 60;

/** Least seconds between two lines of a log about short ones. */
const LOG_AFTER = 5;

/**
 * Mocha's report, and with it what is running, its share of the whole and the minutes left, from measured weights. A whole run
 * leaves its results, from which "npm run test:weights" makes new weights.
 *
 * Reporter option `results`: name of the run. @default none: no results are kept
 */
class MinutesLeft extends reporters.Spec {
  constructor(runner: Runner, options: MochaOptions) {
    super(runner, options);
    const suites = runner.suite.suites.map(({ title }) => title);
    const weights = readWeights();
    const course = new Course(weights, suites);
    const status = new StatusLine(process.stdout, [process.stderr]);
    const failed: string[] = [];
    let running = "";
    let shownAt = 0;

    const show = (): void => {
      shownAt = Date.now();
      const parts = [courseText(course), `now: ${running}`].filter((part) => part !== "");
      status.show(`    ${parts.join(" · ")}`);
    };
    const isDue = (seconds: number): boolean => status.live || Date.now() - shownAt >= seconds * 1000;
    const timer = setInterval(() => {
      if (running !== "" && isDue(LOG_EVERY)) show();
    }, 1000);

    runner.on(constants.EVENT_RUN_BEGIN, () => {
      const unknown = suites.filter((suite) => weights[suite] === undefined);
      if (unknown.length > 0)
        reporters.Base.consoleLog(
          `    not measured yet, and left out of the share of the whole: ${unknown.join(", ")}; "npm run test:weights" after a whole run adds them`,
        );
    });
    runner.on(constants.EVENT_SUITE_BEGIN, (suite) => {
      if (suite.parent?.root !== true) return;
      const first = firstTest(suite);
      if (first === undefined) return;
      course.beginSuite(suite.title, caseTitle(first));
      running = `${suite.title}: what its cases need`;
      show();
    });
    runner.on(constants.EVENT_TEST_BEGIN, (test) => {
      course.beginCase(suiteTitle(test), caseTitle(test));
      running = `${suiteTitle(test)}: ${caseTitle(test)}`;
      if (isDue(LOG_AFTER)) show();
    });
    runner.on(constants.EVENT_TEST_END, (test) => {
      course.endCase(suiteTitle(test), caseTitle(test));
    });
    runner.on(constants.EVENT_TEST_FAIL, (test) => failed.push(test.fullTitle()));
    runner.on(constants.EVENT_SUITE_END, (suite) => {
      if (suite.parent?.root === true) course.endSuite(suite.title);
    });
    runner.once(constants.EVENT_RUN_END, () => {
      clearInterval(timer);
      status.close();
      const name = (options.reporterOptions as { results?: string } | undefined)?.results;
      if (name === undefined || options.grep !== undefined || options.dryRun === true) return;
      const { passes, duration = 0 } = this.stats;
      writeResults(name, {
        finishedAt: new Date().toISOString(),
        passed: passes,
        failed,
        seconds: Math.round(duration / 1000),
        suites: course.measured(),
      });
    });
  }
}

function firstTest(suite: Suite): Test | undefined {
  let found: Test | undefined;
  suite.eachTest((test) => {
    found ??= test;
  });
  return found;
}

function suiteTitle(test: Test): string {
  return test.titlePath()[0] ?? "";
}

function caseTitle(test: Test): string {
  return test.titlePath().slice(1).join(": ");
}

// Mocha takes what `module.exports` is.
export = MinutesLeft;
