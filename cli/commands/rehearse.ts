import { rehearse } from "../../automation/rehearse";
import { stackOutputs } from "../../automation/stack";
import { withKubectl } from "../../automation/withKubectl";
import { checkPlan } from "../checkPlan";
import type { Options } from "../commandLine";
import { prepareEngine, prepareHost } from "../prepare";
import { describeRehearsal, type RehearsalResult } from "../rehearsalText";
import { stackPlan } from "../stackPlan";

/**
 * Restores the database of a living platform into a volume of its own, in a namespace of its own, looks at it, and removes it
 * again. It claims nothing and archives nothing: the platform goes on.
 * @throws ConfigError; Error with the rehearsal's own sentence when it failed
 */
export async function run(options: Options, signal: AbortSignal): Promise<void> {
  const plan = stackPlan(options);
  const { platform, embedded } = plan;
  await prepareHost(plan);
  checkPlan(plan);
  const { engine, progress } = await prepareEngine(options, { embedded }, signal);
  const outputs = await stackOutputs(engine, platform.stack);
  if (outputs === undefined)
    throw new Error(`stack ${platform.stack} does not exist: bring it up first with "npm run up"`);
  const result = await progress.step("Rehearsal", () =>
    withKubectl(outputs, signal, (kubectl) => rehearse(kubectl, String(outputs["namespace"]?.value))),
  );
  process.stdout.write(describeRehearsal(result as RehearsalResult | undefined));
}
