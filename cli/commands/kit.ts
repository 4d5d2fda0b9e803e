import { kitOf } from "../../automation/layers";
import { readCertificates } from "../../automation/readCertificates";
import { type Engine, stackOutputs } from "../../automation/stack";
import { withKubectl } from "../../automation/withKubectl";
import { passphrase } from "../../kit/passphrase";
import { certificatesIn, withCertificates, withVaultValues } from "../../kit/changes";
import { changeKit } from "../../kit/recoveryKit";
import type { SavedSecret } from "../../plan/savedSecrets";
import type { Options } from "../commandLine";
import { ensurePassphrase, prepareEngine } from "../prepare";
import { stackPlan } from "../stackPlan";

/**
 * Writes the recovery kit anew, from the outputs of the vault and, where the platform's cluster answers, with the certificates
 * there. No program is run. Prints where the kit is and the names of what it holds.
 * @throws Error when there is no vault; PassphraseError where stacks elsewhere are used without one; RecoveryKitError
 */
export async function run(options: Options, signal: AbortSignal): Promise<void> {
  const { vault, platform, kit: path } = stackPlan(options, "left out");
  // One that is drawn here would be worth nothing elsewhere: it is for the embedded cloud alone.
  if (vault !== undefined) ensurePassphrase();
  const { source } = passphrase();
  const { engine } = await prepareEngine(options, { embedded: false }, signal);
  const ofVault = vault?.stack ?? `${platform.stack}-vault`;
  const outputs = await stackOutputs(engine, ofVault);
  if (outputs === undefined)
    throw new Error(
      `stack ${ofVault} does not exist: bring the vault up first, or set PULUMI_BACKEND_URL to where its state is`,
    );
  const values = kitOf(ofVault, outputs);
  const certificates = await certificatesOf(engine, platform.stack, signal);
  const kit = changeKit(path, (before) =>
    withCertificates(withVaultValues(before, values, path), certificates),
  );
  const keys = Object.keys(kit.values).filter((key) => key !== "savedSecrets");
  const saved = certificatesIn(kit);
  process.stdout.write(
    `recovery kit: ${path} (opens with the passphrase of ${source}; keep a copy of both elsewhere)\n` +
      `  configuration: ${keys.sort().join(", ")}\n` +
      `  certificates: ${saved.join(", ") || "none"}\n`,
  );
}

/** A platform that is lost must not keep anyone from the kit. */
async function certificatesOf(engine: Engine, stack: string, signal: AbortSignal): Promise<SavedSecret[]> {
  const outputs = await stackOutputs(engine, stack);
  if (outputs === undefined) return [];
  try {
    return await withKubectl(outputs, signal, readCertificates);
  } catch (error) {
    signal.throwIfAborted();
    process.stderr.write(
      `stack ${stack}: its certificates cannot be read now, and those of the kit stay as they were: ${(error as Error).message}\n`,
    );
    return [];
  }
}
