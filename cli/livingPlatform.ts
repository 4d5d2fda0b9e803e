import { stackOutputs } from "../automation/stack";
import type { Progress } from "../lib/progress";
import { checkPlan } from "./checkPlan";
import type { Options } from "./commandLine";
import { prepareEngine, prepareHost } from "./prepare";
import { stackPlan } from "./stackPlan";

/** A platform that was brought up, and where progress on it is shown. */
export interface LivingPlatform {
  outputs: NonNullable<Awaited<ReturnType<typeof stackOutputs>>>;
  progress: Progress;
}

/**
 * Finds the platform of the options, for a command that works on it and runs no program.
 * @throws ConfigError; Error when it was never brought up
 */
export async function livingPlatform(options: Options, signal: AbortSignal): Promise<LivingPlatform> {
  const plan = stackPlan(options);
  const { platform, embedded } = plan;
  await prepareHost(plan);
  checkPlan(plan);
  const { engine, progress } = await prepareEngine(options, { embedded }, signal);
  const outputs = await stackOutputs(engine, platform.stack);
  if (outputs === undefined)
    throw new Error(`stack ${platform.stack} does not exist: bring it up first with "npm run up"`);
  return { outputs, progress };
}
