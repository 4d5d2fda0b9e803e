import { rehearse } from "../../automation/rehearse";
import { withKubectl } from "../../automation/withKubectl";
import type { Options } from "../commandLine";
import { livingPlatform } from "../livingPlatform";
import { describeRehearsal, type RehearsalResult } from "../rehearsalText";

/**
 * Restores the database of a living platform into a volume of its own, in a namespace of its own, looks at it, and removes it
 * again. It claims nothing and archives nothing: the platform goes on.
 * @throws ConfigError; Error with the rehearsal's own sentence when it failed
 */
export async function run(options: Options, signal: AbortSignal): Promise<void> {
  const { outputs, progress } = await livingPlatform(options, signal);
  const result = await progress.step("Rehearsal", () =>
    withKubectl(outputs, signal, (kubectl) => rehearse(kubectl, String(outputs["namespace"]?.value))),
  );
  process.stdout.write(describeRehearsal(result as RehearsalResult | undefined));
}
