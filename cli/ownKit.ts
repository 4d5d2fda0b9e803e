import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { refuseEmptyPassphrase } from "../kit/passphrase";
import { stateDir } from "../lib/paths";

/**
 * Uses a passphrase of this machine where none is given: the embedded cloud must start without questions, and nothing of it
 * leaves the machine.
 */
export function ensurePassphrase(directory = stateDir()): void {
  refuseEmptyPassphrase();
  const { PULUMI_CONFIG_PASSPHRASE: direct, PULUMI_CONFIG_PASSPHRASE_FILE: file } = process.env;
  if (direct !== undefined || (file ?? "") !== "") return;
  const path = join(directory, "passphrase");
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600, flush: true });
  }
  process.env["PULUMI_CONFIG_PASSPHRASE_FILE"] = path;
}

/** Uses the passphrase that {@link ensurePassphrase} has made on this machine, where none is given and there is one. */
export function ownPassphrase(directory = stateDir()): void {
  if (existsSync(join(directory, "passphrase"))) ensurePassphrase(directory);
}

/** Where the recovery kit of a stack is kept on this machine. */
export function kitPath(stack: string, directory = stateDir()): string {
  return join(directory, "kits", `${stack}.kit`);
}
