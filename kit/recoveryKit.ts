import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type ConfigKeyName, configKeys } from "../config/schema";
import { passphrase } from "./passphrase";
import { seal, type Sealed, SealError, unseal } from "./seal";

/**
 * What a platform cannot be rebuilt without, as values of configuration keys: where the backups are, the keys of their roles,
 * the repository's passphrase, the application's secrets. It needs no stack and no state to be opened.
 */
export type RecoveryKit = Partial<Record<ConfigKeyName, string>>;

/** A recovery kit that cannot be used. */
export class RecoveryKitError extends Error {
  constructor(path: string, reason: string, remedy: string) {
    super(`recovery kit ${path}: ${reason}; ${remedy}`);
    this.name = "RecoveryKitError";
  }
}

/**
 * Opens a recovery kit with the passphrase in force.
 * @throws RecoveryKitError when it is missing, damaged or sealed with another passphrase; PassphraseError without one
 */
export function readKit(path: string): RecoveryKit {
  const sealed = parse(path, readText(path)) as Sealed;
  const { value, source } = passphrase();
  let text: string;
  try {
    text = unseal(sealed, value);
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    throw new RecoveryKitError(
      path,
      `wrong passphrase: the one from ${source} does not open it`,
      "give the passphrase that the kit was written with",
    );
  }
  const kit = parse(path, text) as Record<string, unknown>;
  const unknown = Object.keys(kit).find((key) => !(key in configKeys) || typeof kit[key] !== "string");
  if (unknown !== undefined)
    throw new RecoveryKitError(
      path,
      `it holds "${unknown}", which is no configuration key of this version`,
      "use the version of this project that wrote it",
    );
  return kit;
}

/** Writes a recovery kit, sealed with the passphrase in force. A kit that says the same already is left as it is. */
export function writeKit(path: string, kit: RecoveryKit): void {
  if (existsSync(path) && isDeepStrictEqual(readKit(path), kit)) return;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const incoming = `${path}.incoming`;
  const sealed = seal(JSON.stringify(kit), passphrase().value);
  writeFileSync(incoming, `${JSON.stringify(sealed)}\n`, { mode: 0o600, flush: true });
  renameSync(incoming, path);
}

/**
 * Writes what a vault tells into a recovery kit. What was saved of a platform stays in it: the vault does not know that.
 * @throws as {@link readKit}, when there is a kit that cannot be opened; RecoveryKitError when it is another vault's: with it
 * would go the only passphrase of that one's repository
 */
export function writeVaultKit(path: string, ofVault: RecoveryKit): RecoveryKit {
  const { savedSecrets, repositoryCipherPass } = existsSync(path) ? readKit(path) : {};
  if (repositoryCipherPass !== undefined && repositoryCipherPass !== ofVault.repositoryCipherPass)
    throw new RecoveryKitError(
      path,
      "it is the kit of another vault, whose repository has another passphrase, and was left as it is",
      "give another path for the kit of this vault",
    );
  const kit = { ...ofVault, ...(savedSecrets === undefined ? {} : { savedSecrets }) };
  writeKit(path, kit);
  return kit;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new RecoveryKitError(
      path,
      `it cannot be read (${code})`,
      "give the path of the kit, or make the vault",
    );
  }
}

function parse(path: string, text: string): unknown {
  try {
    const value = JSON.parse(text) as unknown;
    if (value !== null && typeof value === "object") return value;
  } catch {
    // Said below.
  }
  throw new RecoveryKitError(path, "it is damaged: not the JSON of a kit", "bring back a copy of it");
}
