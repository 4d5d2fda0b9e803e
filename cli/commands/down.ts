import { rmSync } from "node:fs";
import { destroy } from "../../automation/operation";
import { forgetCopied } from "../../automation/ownSettings";
import { freeOfDeadLocks, openStack, settingsDirectory, stackExists } from "../../automation/stack";
import { refuseUnanswered } from "../../automation/removal";
import { checkPlan } from "../checkPlan";
import { type Options, UsageError } from "../commandLine";
import { prepareEngine, prepareHost } from "../prepare";
import { stackPlan } from "../stackPlan";

/**
 * Removes a platform. The vault stays, unless it is asked for by name: with it go all backups.
 * @throws UsageError where the vault is no stack of this project; ConfigError; Error when something is protected, or the cluster
 * does not answer; OperationError
 */
export async function run(options: Options, signal: AbortSignal): Promise<void> {
  const plan = stackPlan(options);
  const { vault, platform, kit, embedded } = plan;
  if (options.vault && vault === undefined)
    throw new UsageError(
      `--vault: the object store of stack ${platform.stack} is not made here, and neither is its vault; leave --vault out, and remove the vault where it was made`,
    );
  await prepareHost(plan);
  checkPlan(plan);
  const { engine, progress } = await prepareEngine(options, { embedded }, signal);
  const remove = async (stack: string): Promise<void> => {
    if (!(await stackExists(engine, stack))) {
      process.stdout.write(`stack ${stack}: there is none\n`);
      return;
    }
    // Its own settings stay as they are: a removal runs no program.
    const opened = await openStack(engine, stack);
    process.stdout.write(await freeOfDeadLocks(engine, stack));
    await progress.step(`Removing ${stack}`, async (detail) => {
      await refuseUnanswered(opened, options.clusterIsGone, signal);
      await destroy(opened, { detail, signal }, options.clusterIsGone);
    });
    await opened.workspace.removeStack(stack);
    forgetCopied(settingsDirectory(stack));
    process.stdout.write(`stack ${stack}: removed\n`);
  };
  await remove(platform.stack);
  if (!options.vault || vault === undefined) return;
  await remove(vault.stack);
  rmSync(kit, { force: true });
}
