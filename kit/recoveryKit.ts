import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { emptyKit, type Kit, kitText, parseKitText, type RecoveryKit, saysTheSame } from "./kit";
import { passphrase } from "./passphrase";
import { type About, checkWhole, type OldSealed, seal, type Sealed, SealError, unseal } from "./seal";

export type { RecoveryKit } from "./kit";

/** What is wrong with a kit. */
export type KitFault = "missing" | "damaged" | "passphrase" | "version" | "another vault" | "old";

/** A recovery kit that cannot be used. */
export class RecoveryKitError extends Error {
  /** @param place path of its file, or address of its object */
  constructor(
    readonly place: string,
    readonly fault: KitFault,
    readonly reason: string,
    readonly remedy: string,
  ) {
    super(`recovery kit ${place}: ${reason}; ${remedy}`);
    this.name = "RecoveryKitError";
  }
}

/** What to do about a damaged file, and about one that is missing. */
const ofFiles = {
  damaged: 'bring back a copy of it, or take it from the vault by "npm run kit -- --from-vault ADDRESS"',
  missing: "give the path of the kit, or make the vault",
};

/**
 * Opens the text of a kit with the passphrase in force.
 * @param place for messages: path of its file, or address of its object
 * @param remedy what to do when it is damaged
 * @throws RecoveryKitError when it is damaged, of another version or sealed with another passphrase; PassphraseError without one
 */
export function openKit(place: string, text: string, remedy = ofFiles.damaged): Kit {
  const sealed = parseSealed(place, text, remedy);
  const { value, source } = passphrase();
  let content: string;
  try {
    content = unseal(sealed, value);
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    if (error.fault === "damaged") throw damaged(place, "its checksum is another one", remedy);
    throw new RecoveryKitError(
      place,
      "passphrase",
      `wrong passphrase: the one from ${source} does not open it${sealed.format === 1 ? ", or it is damaged, which a kit from before version 2 does not tell" : ""}`,
      "give the passphrase that the kit was written with",
    );
  }
  try {
    return parseKitText(content, sealed.format === 2 ? sealed.about : emptyKit);
  } catch (error) {
    throw new RecoveryKitError(
      place,
      "version",
      (error as Error).message,
      "use the version of this project that wrote it",
    );
  }
}

/**
 * What a kit says of itself without its passphrase.
 * @returns undefined for a kit from before version 2
 * @throws RecoveryKitError when it is damaged
 */
export function aboutKit(place: string, text: string, remedy = ofFiles.damaged): About | undefined {
  const sealed = parseSealed(place, text, remedy);
  if (sealed.format === 1) return undefined;
  try {
    checkWhole(sealed);
  } catch {
    throw damaged(place, "its checksum is another one", remedy);
  }
  return sealed.about;
}

/** The text of a kit, sealed with the passphrase in force. */
export function sealedKit(kit: Kit): string {
  const { generation, writtenAt, vault } = kit;
  const about = { vault: vault?.id ?? "", generation, writtenAt };
  return `${JSON.stringify(seal(kitText(kit), passphrase().value, about))}\n`;
}

/**
 * Opens the recovery kit in a file.
 * @throws as {@link openKit}; RecoveryKitError when there is none
 */
export function readKitFile(path: string): Kit {
  return openKit(path, readText(path));
}

/**
 * What the recovery kit in a file gives for configuration keys.
 * @throws as {@link readKitFile}
 */
export function readKit(path: string): RecoveryKit {
  return readKitFile(path).values;
}

/** Puts the sealed text of a kit into its file, whole or not at all. */
export function writeKitText(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const incoming = `${path}.incoming`;
  writeFileSync(incoming, text, { mode: 0o600, flush: true });
  renameSync(incoming, path);
}

/**
 * Changes the recovery kit in a file, or begins it. A kit that says the same afterwards is left as it is.
 * @throws as {@link openKit}, when there is a kit that cannot be opened
 */
export function changeKit(path: string, change: (kit: Kit) => Kit, now = new Date()): Kit {
  const before = existsSync(path) ? readKitFile(path) : emptyKit;
  const changed = change(before);
  if (existsSync(path) && saysTheSame(before, changed)) return before;
  const after = { ...changed, generation: before.generation + 1, writtenAt: now.toISOString() };
  writeKitText(path, sealedKit(after));
  return after;
}

/** Writes values into a recovery kit, in place of those that it holds. */
export function writeKit(path: string, values: RecoveryKit): void {
  changeKit(path, (kit) => ({ ...kit, values }));
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new RecoveryKitError(path, "missing", `it cannot be read (${code})`, ofFiles.missing);
  }
}

function parseSealed(place: string, text: string, remedy: string): Sealed | OldSealed {
  let sealed: Partial<Record<string, unknown>> | null;
  try {
    sealed = JSON.parse(text) as Partial<Record<string, unknown>> | null;
  } catch {
    throw damaged(place, "not the JSON of a kit", remedy);
  }
  const parts = ["salt", "nonce", "tag", "text"].map((name) => sealed?.[name]);
  if (parts.some((part) => typeof part !== "string") || typeof sealed?.["format"] !== "number")
    throw damaged(place, "not the JSON of a kit", remedy);
  if (sealed["format"] !== 1 && sealed["format"] !== 2)
    throw new RecoveryKitError(
      place,
      "version",
      `it has the format ${JSON.stringify(sealed["format"])}, which this version does not know`,
      "use the version of this project that wrote it",
    );
  return sealed as unknown as Sealed | OldSealed;
}

function damaged(place: string, how: string, remedy: string): RecoveryKitError {
  return new RecoveryKitError(place, "damaged", `it is damaged: ${how}`, remedy);
}
