import { Failure, reasonOf } from "../lib/failure";
import { exitCodes } from "../plan/exitCodes";
import { NoCredentials } from "./podCredentials";
import { writeTerminationMessage } from "./terminationMessage";

/** Says what a command is doing, one line at a time. */
export type Log = (line: string) => void;

/**
 * Runs a command to its end and exits the process. Success: the result as JSON is the last line of stdout, after
 * `RESULT `, and the termination message. Failure: one sentence on stderr and as termination message, and an exit code of
 * `exitCodes`, by which the Job knows whether to try again.
 * @param limitMinutes the command fails when it takes longer; `$TIME_LIMIT_SECONDS` overrides it
 * @param body is told when the command must have ended
 */
export function runCommand(
  name: string,
  limitMinutes: number,
  body: (log: Log, endsAt: Date) => object | Promise<object>,
): void {
  const start = Date.now();
  const log: Log = (line) => {
    console.log(`${name}: ${((Date.now() - start) / 1000).toFixed(1)} s: ${line}`);
  };
  const fail = (error: unknown, code: number = exitCodes.failed): never => {
    const sentence = `${name}: ${reasonOf(error)}`;
    // A programming error is not something that a person can act on: leave its place in the log.
    if (!(error instanceof Failure) && error instanceof Error) console.error(error.stack);
    console.error(sentence);
    writeTerminationMessage(sentence);
    process.exit(error instanceof NoCredentials ? exitCodes.tooEarly : code);
  };
  const limitSeconds = Number(process.env["TIME_LIMIT_SECONDS"]) || limitMinutes * 60;
  setTimeout(() => {
    const remedy = "look at its last lines for what it waited for, then run it again";
    fail(new Failure(`did not finish within ${limitSeconds} s`, remedy));
  }, limitSeconds * 1000).unref();
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.once(signal, () => {
      fail(new Failure(`was stopped by ${signal}`, "it can be run again"), exitCodes.stopped);
    });

  const run = async (): Promise<object> => body(log, new Date(start + limitSeconds * 1000));
  run().then(
    (result) => {
      const json = JSON.stringify(result);
      writeTerminationMessage(json);
      process.stdout.write(`RESULT ${json}\n`, () => process.exit(0));
    },
    (error: unknown) => fail(error),
  );
}
