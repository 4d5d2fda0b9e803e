import { readFileSync } from "node:fs";
import { parseVaultAddress, type VaultAddress } from "../kit/vaultAddress";
import { reasonOf } from "../lib/failure";
import { UsageError } from "./commandLine";

/**
 * What `--from-vault` names.
 * @throws UsageError when it is no address
 */
export function addressOf(text: string): VaultAddress {
  try {
    return parseVaultAddress(text);
  } catch (error) {
    throw new UsageError(`--from-vault ${text}: ${reasonOf(error)}`);
  }
}

/**
 * PEM of what `--authority` names; empty where it is not given.
 * @throws UsageError when the file cannot be read
 */
export function authorityIn(path: string | undefined): string {
  if (path === undefined) return "";
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`--authority ${path}: cannot be read (${reasonOf(error)})`);
  }
}
