import { withKubectl } from "../../automation/withKubectl";
import { runNames } from "../../plan/names";
import { type Options, UsageError } from "../commandLine";
import { livingPlatform } from "../livingPlatform";

/** Word on the command line → CronJob, whose own template is run. */
const cronJobs: Record<string, string> = {
  database: runNames.databaseFull,
  models: runNames.models,
  dump: runNames.dump,
};
const limitSeconds = 3 * 3600;

/**
 * Takes a backup now, as its CronJob would, and waits until it has been read back.
 * @throws UsageError; ConfigError; Error with the backup's own sentence when it failed
 */
export async function run(options: Options, signal: AbortSignal): Promise<void> {
  const [what = "", ...more] = options.words;
  const cronJob = cronJobs[what];
  if (cronJob === undefined || more.length > 0)
    throw new UsageError(`backup of "${options.words.join(" ")}": say database, models or dump`);
  const { outputs, progress } = await livingPlatform(options, signal);
  await withKubectl(outputs, signal, async (kubectl) => {
    const job = `${cronJob}-${Date.now().toString(36)}`;
    const result = await progress.step(`Backup of ${what}`, () =>
      kubectl.runCronJob(cronJob, job, limitSeconds),
    );
    process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
  });
}
