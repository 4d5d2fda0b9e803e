import { rehearse } from "../../automation/rehearse";
import { withKubectl } from "../../automation/withKubectl";
import { evidenceOfVault } from "../../kit/evidenceOfVault";
import { testStates } from "../../plan/testSchedule";
import type { Options } from "../commandLine";
import { asJson } from "../evidence";
import { livingPlatform } from "../livingPlatform";
import { describeRehearsal, type RehearsalResult } from "../rehearsalText";
import { stackPlan } from "../stackPlan";
import { describeTests } from "../testsText";

/**
 * Restores the newest backups of a living platform into a pod that is thrown away, looks at them, and leaves evidence in the vault. It claims
 * nothing and archives nothing: the platform goes on. With `--due` it only says which of the runbook's tests is due.
 * @throws ConfigError; Error with the rehearsal's own sentence when it failed; RecoveryKitError; VaultUnknownError
 */
export async function run(options: Options, signal: AbortSignal): Promise<void> {
  if (options.due) return sayWhatIsDue(options);
  const { outputs, progress } = await livingPlatform(options, signal);
  const result = await progress.step("Rehearsal", (detail) =>
    withKubectl(outputs, signal, (kubectl) => rehearse(kubectl, detail)),
  );
  process.stdout.write(
    options.json ? asJson(result) : describeRehearsal(result as RehearsalResult | undefined),
  );
}

/** From the vault and the kit alone, without a cluster. */
async function sayWhatIsDue(options: Options): Promise<void> {
  const { kit, platform } = stackPlan(options, "left out");
  const { evidence, unreadable, now, since } = await evidenceOfVault(kit, platform.config);
  const tests = testStates(evidence, now, since);
  process.stdout.write(options.json ? asJson({ tests, unreadable }) : describeTests(tests, unreadable));
}
