import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isSecret } from "../config/settingsFile";
import { knownSecrets } from "../kit/knownSecrets";
import { passphrase } from "../kit/passphrase";
import { projectRoot } from "../lib/paths";
import { writeArchive } from "../lib/writeArchive";
import { blankSecrets, holdsSecret } from "../plan/doctor/blank";
import type { DoctorReport } from "../plan/doctor/report";
import { reportText } from "../plan/doctor/reportText";
import type { Asking } from "./doctorFacts";
import { asJson } from "./evidence";

/** Where a bundle goes, and what it is made from. */
export interface BundleContent {
  file: string;
  report: DoctorReport;
  /** Configuration of the stack, key without namespace → value. */
  config: Readonly<Record<string, string>>;
  /** Files from the cluster, by their paths in the archive. */
  gathered: Readonly<Record<string, string>>;
  /** Values that must not be in it. */
  secrets: readonly string[];
}

/**
 * Refuses a file that is there, before anything is asked.
 * @throws Error
 */
export function refuseExisting(file: string): void {
  if (existsSync(file))
    throw new Error(`${file} is there already, and nothing was written over it: give --bundle another name`);
}

/**
 * Writes one archive for whoever helps: the report, logs, events, states and settings, without secrets.
 * @returns number of files in it
 * @throws Error when a secret would be in it, or there is such a file: then nothing was written
 */
export async function writeBundle({
  file,
  report,
  config,
  gathered,
  secrets,
}: BundleContent): Promise<number> {
  const files = {
    "report.txt": reportText(report),
    "report.json": asJson(report),
    "settings.json": asJson(shownSettings(config)),
    "versions/doctor.json": asJson(versions()),
    ...gathered,
  };
  const content = Object.fromEntries(
    Object.entries(files).map(([name, text]) => [name, blankSecrets(text, secrets)]),
  );
  refuseSecrets(content, secrets);
  try {
    await writeArchive(file, content);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    refuseExisting(file);
    throw error;
  }
  return Object.keys(content).length;
}

/**
 * The last look: whatever went wrong before, no secret that is known here leaves this machine.
 * @throws Error that names the file, and never the value
 */
export function refuseSecrets(content: Readonly<Record<string, string>>, secrets: readonly string[]): void {
  const leaking = Object.entries(content).find(([name, text]) => holdsSecret(`${name}\n${text}`, secrets));
  if (leaking !== undefined)
    throw new Error(
      `the bundle would hold a secret, in its file ${blankSecrets(leaking[0], secrets)}, and was not written: this is a fault of doctor; send the report without --bundle, and tell the maintainers which file it was`,
    );
}

/** Settings as whoever helps may see them. */
export function shownSettings(config: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, isSecret(key) ? "(a secret)" : value]),
  );
}

/** Every value that this machine knows and that must not leave it. @param config of the stack, key without namespace → value */
export function secretsOf(
  config: Readonly<Record<string, string>>,
  { kit, site }: Pick<Asking, "kit" | "site">,
): string[] {
  return knownSecrets({
    values: [config, kit],
    environment: process.env,
    passphrase: passphraseOrNone(),
    kubeconfig: site?.kubeconfig,
    outputs: site?.secrets ?? [],
  });
}

function passphraseOrNone(): string | undefined {
  try {
    return passphrase().value;
  } catch {
    return undefined;
  }
}

function versions(): Record<string, string> {
  const { version } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as {
    version: string;
  };
  return { project: version, node: process.version, platform: `${process.platform} ${process.arch}` };
}
