import { quoted } from "../../lib/shell";
import { stateDir } from "../../lib/paths";
import { engineEnvironment } from "../../automation/stack";
import type { Options } from "../commandLine";
import { howToUsePulumi } from "../plainPulumi";
import { ensurePassphrase } from "../ownKit";
import { prepareEngine } from "../prepare";
import { stackPlan } from "../stackPlan";

/**
 * Prints the environment in which plain `pulumi` commands work on the same stacks, for `eval` in a shell; and on standard
 * error, for a person, how they find the stacks.
 */
export async function run(options: Options, signal: AbortSignal): Promise<void> {
  const { vault, platform, embedded } = stackPlan(options, "left out");
  const { engine } = await prepareEngine(options, { embedded }, signal);
  ensurePassphrase();
  const passphraseFile = process.env["PULUMI_CONFIG_PASSPHRASE_FILE"];
  const environment = {
    // Providers look for sites and object stores there.
    LSTM_PFD_STATE: stateDir(),
    ...(await engineEnvironment(engine)),
    ...(passphraseFile === undefined ? {} : { PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile }),
  };
  for (const [name, value] of Object.entries(environment))
    process.stdout.write(`export ${name}=${quoted(value)}\n`);
  const stacks = [...(vault === undefined ? [] : [vault.stack]), platform.stack];
  process.stderr.write(howToUsePulumi(stacks, engine.plugins));
}
