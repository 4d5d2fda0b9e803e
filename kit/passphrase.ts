import { readFileSync } from "node:fs";

/** No passphrase, or one that cannot be read. */
export class PassphraseError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "PassphraseError";
  }
}

/**
 * The passphrase in force, from the variables that Pulumi itself reads; it opens the stack's secrets and the recovery kit.
 * @throws PassphraseError when there is none
 */
export function passphrase(environment: NodeJS.ProcessEnv = process.env): { value: string; source: string } {
  const direct = environment["PULUMI_CONFIG_PASSPHRASE"];
  refuseEmptyPassphrase(environment);
  if (direct !== undefined) return { value: direct, source: "PULUMI_CONFIG_PASSPHRASE" };
  const file = environment["PULUMI_CONFIG_PASSPHRASE_FILE"];
  if (file === undefined || file === "")
    throw new PassphraseError(
      "there is no passphrase: set PULUMI_CONFIG_PASSPHRASE_FILE to a file that holds it, or PULUMI_CONFIG_PASSPHRASE",
    );
  let value: string;
  try {
    value = readFileSync(file, "utf8").trim();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new PassphraseError(
      `the passphrase file ${file} cannot be read (${code}): check PULUMI_CONFIG_PASSPHRASE_FILE`,
    );
  }
  if (value === "")
    throw new PassphraseError(`the passphrase file ${file} is empty: put the passphrase into it`);
  return { value, source: file };
}

/**
 * Pulumi takes a variable that is set to nothing for a passphrase of no letters, and looks at no file then: the secrets of the
 * stack would be open to everybody.
 * @throws PassphraseError when PULUMI_CONFIG_PASSPHRASE is set, but empty
 */
export function refuseEmptyPassphrase(environment: NodeJS.ProcessEnv = process.env): void {
  if (environment["PULUMI_CONFIG_PASSPHRASE"] === "")
    throw new PassphraseError(
      "PULUMI_CONFIG_PASSPHRASE is set, but empty, and Pulumi would seal with an empty passphrase: unset it, or give the passphrase",
    );
}
