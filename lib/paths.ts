import { homedir } from "node:os";
import { join } from "node:path";

/** Root of the checkout: where chart/, images/ and Pulumi.yaml are. */
export const projectRoot = join(__dirname, "..");

/**
 * Where built tools and images are kept, by content; safe to delete.
 * @default `$XDG_CACHE_HOME/lstm-pfd-recovery`, or `~/.cache/lstm-pfd-recovery`
 */
export function cacheDir(): string {
  return (
    process.env["LSTM_PFD_CACHE"] ??
    join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "lstm-pfd-recovery")
  );
}

/**
 * Where embedded sites, object stores and stack state live. Holds data: not safe to delete.
 * @default `/var/lib/lstm-pfd-recovery` for root, `~/.local/state/lstm-pfd-recovery` for others, who make no sites
 */
export function stateDir(): string {
  const ofUser = process.getuid?.() === 0 ? "/var/lib" : join(homedir(), ".local", "state");
  return process.env["LSTM_PFD_STATE"] ?? join(ofUser, "lstm-pfd-recovery");
}
