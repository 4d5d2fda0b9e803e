import { kitOf } from "../../automation/layers";
import { readCertificates } from "../../automation/readCertificates";
import { type Engine, stackOutputs } from "../../automation/stack";
import { withKubectl } from "../../automation/withKubectl";
import { certificatesIn, withCertificates, withPlatform, withVaultValues } from "../../kit/changes";
import { keepInVault } from "../../kit/keepInVault";
import type { Kit, PlatformRecord } from "../../kit/kit";
import { passphrase } from "../../kit/passphrase";
import { platformRecord } from "../../kit/platformRecord";
import type { SavedSecret } from "../../plan/savedSecrets";
import type { Options } from "../commandLine";
import { fetchedText, fromVault } from "../fromVault";
import { ensurePassphrase } from "../ownKit";
import { prepareEngine } from "../prepare";
import { hasSettings, type StackPlan, stackPlan } from "../stackPlan";

/**
 * Writes the recovery kit anew: from the outputs of the vault, the settings of the platform's stack as far as they are on this machine and,
 * where the platform's cluster answers, with the certificates there; into its file and into the vault. With `--from-vault` the kit is
 * fetched instead. No program is run. Prints where the kit is and the names of what it holds.
 * @throws Error when there is no vault, or it has not taken the kit; PassphraseError where stacks elsewhere are used without one;
 * RecoveryKitError; VaultUnknownError
 */
export async function run(options: Options, signal: AbortSignal): Promise<void> {
  if (options.fromVault !== undefined) {
    const taken = await fromVault(options, options.fromVault);
    process.stdout.write(fetchedText(taken) + contentText(taken.fetched.kit));
    return;
  }
  const plan = stackPlan(options, "left out");
  const { vault, platform, kit: path } = plan;
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
  const { kit, stored, said } = await keepInVault(path, platform.config, (before) =>
    withCertificates(
      withPlatform(withVaultValues(before, values, path), settingsIn(plan, before)),
      certificates,
    ),
  );
  process.stdout.write(
    `recovery kit: ${path} (opens with the passphrase of ${source}; keep a copy of both elsewhere)\n${contentText(kit)}`,
  );
  if (!stored) throw new Error(said.join("\n"));
  process.stdout.write(
    `${said.map((line) => `  ${line}\n`).join("")}  stored in the vault: ${kit.vault?.address ?? ""}\n`,
  );
}

/** What a kit holds, by name. */
function contentText(kit: Kit): string {
  const keys = Object.keys(kit.values).filter((key) => key !== "savedSecrets");
  return (
    `  configuration: ${keys.sort().join(", ")}\n` +
    `  certificates: ${certificatesIn(kit).join(", ") || "none"}\n`
  );
}

/**
 * The settings of the platform, with what it ran when it was brought up last; undefined where that was on another machine, and nothing
 * of the stack is here.
 */
function settingsIn(
  { platform, standIns }: StackPlan,
  { platform: before }: Kit,
): PlatformRecord | undefined {
  if (!hasSettings(platform.stack)) return undefined;
  return platformRecord(
    platform.stack,
    platform.config,
    Object.keys(standIns),
    before?.stack === platform.stack ? before.versions : {},
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
