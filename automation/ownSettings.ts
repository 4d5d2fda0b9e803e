import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readSettings, refuseChanged } from "../config/settingsFile";

/** Values by key, as a layer has them. */
export type Settings = Readonly<Record<string, string>>;

/** What a stack's own settings hold beside what commands have copied there. */
export interface OwnSettings {
  /** From an earlier `--config`, or `pulumi config set`. */
  values: Record<string, string>;
  /** Keys of values that only the engine can open. */
  encrypted: string[];
}

/** Name of the note beside the settings: what was copied there, and is not the stack's own. */
const noteName = "copied.json";

/**
 * What a stack's own settings hold that was given to it: values that are there, and are not those that a command has copied from
 * the checkout or worked out itself.
 * @param directory of its settings
 * @param copied what would be copied now: stands for the note where an earlier version of this project has left none
 * @throws ConfigError when its file cannot be read, or holds what YAML changes
 */
export function ownSettings(directory: string, stack: string, copied: Settings): OwnSettings {
  const name = `Pulumi.${stack}.yaml`;
  const settings = readSettings(join(directory, name));
  refuseChanged(settings, name);
  const before = readNote(directory) ?? copied;
  const values = settings.filter(({ key, kind, text }) => kind === "plain" && before[key] !== text);
  return {
    values: Object.fromEntries(values.map(({ key, text }) => [key, text])),
    encrypted: settings.filter(({ kind }) => kind === "encrypted").map(({ key }) => key),
  };
}

/** Notes what was copied into the settings in a directory. */
export function noteCopied(directory: string, copied: Settings): void {
  writeFileSync(join(directory, noteName), JSON.stringify(copied), { mode: 0o600 });
}

/** Removes the note of a stack that is no more. */
export function forgetCopied(directory: string): void {
  rmSync(join(directory, noteName), { force: true });
}

/** Keeps the settings in a directory as they are now. @returns puts them back */
export function keepSettings(directory: string, stack: string): () => void {
  const files = [noteName, `Pulumi.${stack}.yaml`].map((name) => join(directory, name));
  const before = files.map((file) => [file, existsSync(file) ? readFileSync(file) : undefined] as const);
  return () => {
    for (const [file, content] of before)
      if (content === undefined) rmSync(file, { force: true });
      else writeFileSync(file, content, { mode: 0o600 });
  };
}

function readNote(directory: string): Settings | undefined {
  const file = join(directory, noteName);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Settings) : undefined;
}
