import { confirmSnapshot } from "../../automation/confirmSnapshot";
import { withKubectl } from "../../automation/withKubectl";
import { runNames } from "../../plan/names";
import { backupRequest, openQuestions } from "../backupRequest";
import type { Options } from "../commandLine";
import { livingPlatform } from "../livingPlatform";

/** What is backed up → CronJob, whose own template is run. */
const cronJobs = {
  database: runNames.databaseFull,
  models: runNames.models,
  dump: runNames.dump,
} as const;
const limitSeconds = 3 * 3600;

/**
 * Takes a backup now, as its CronJob would, and waits until it has been read back; or confirms a snapshot of the models.
 * @throws UsageError; ConfigError; Error with the backup's own sentence when it failed
 */
export async function run(options: Options, signal: AbortSignal): Promise<void> {
  const { what, confirm } = backupRequest(options);
  const { outputs, progress } = await livingPlatform(options, signal);
  await withKubectl(outputs, signal, async (kubectl) => {
    const job = `${cronJobs[what]}-${Date.now().toString(36)}`;
    const result =
      confirm === undefined
        ? await progress.step(`Backup of ${what}`, () =>
            kubectl.runCronJob(cronJobs[what], job, limitSeconds),
          )
        : await progress.step(`Confirmation of ${confirm}`, () => confirmSnapshot(kubectl, confirm));
    process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
    for (const question of openQuestions(result)) process.stderr.write(`${question}\n`);
  });
}
