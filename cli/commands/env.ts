import { stateDir } from "../../embedded/paths";
import { engineEnvironment } from "../../engine/stack";
import type { Options } from "../commandLine";
import { ensurePassphrase, prepareEngine } from "../prepare";
import { stackPlan } from "../stackPlan";

/** Prints the environment in which plain `pulumi` commands work on the same stacks, for `eval` in a shell. */
export async function run(options: Options, signal: AbortSignal): Promise<void> {
  const { embedded } = stackPlan(options);
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
    process.stdout.write(`export ${name}='${value.replaceAll("'", "'\\''")}'\n`);
}
