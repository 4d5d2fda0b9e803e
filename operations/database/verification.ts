/** What `pgbackrest verify` found. */
export interface Verification {
  status: "ok" | "error";
  /** Why nothing at all could be checked. */
  general: string | undefined;
  /** Label → its status: "valid", "invalid", "manifest missing" or "in-progress". */
  backups: Record<string, string>;
  /** WAL segments that are damaged. */
  invalidWal: string[];
  /** Files that are damaged, with the reason, as the repository names them. */
  invalidFiles: string[];
}

/**
 * Reads the output of `pgbackrest verify --output=text --verbose`. It exits with 0 whatever it finds, so this text is
 * the only answer.
 * @throws Error when it is not such an output
 */
export function parseVerification(output: string): Verification {
  const status = /^\s*status: (ok|error)\s*$/m.exec(output)?.[1];
  if (status !== "ok" && status !== "error") throw new Error("pgbackrest verify gave no status");
  const backups = Object.fromEntries(
    Array.from(
      output.matchAll(/backup: (\d{8}-\d{6}F(?:_\d{8}-\d{6}[DI])?), status: ([a-z -]+)/g),
      (match) => [match[1] ?? "", match[2] ?? ""],
    ),
  );
  const invalid = Array.from(
    output.matchAll(
      /(?:INFO|WARN): (file missing|invalid checksum|invalid size|invalid result) '?([^\s':]+)/g,
    ),
    (match) => ({ reason: match[1] ?? "", file: match[2] ?? "" }),
  );
  return {
    status,
    general: /^\s*(No usable (?:backup|archive)\.info file)\s*$/m.exec(output)?.[1],
    backups,
    invalidWal: invalid.flatMap(({ file }) => /\/([0-9A-F]{24})-[0-9a-f]{40}/.exec(file)?.[1] ?? []),
    invalidFiles: invalid.map(({ reason, file }) => `${file} (${reason})`),
  };
}

/**
 * Whether a backup can be restored and replayed, as far as `verification` goes.
 * @param backup.references backups that it needs
 * @returns what is damaged; nothing when all is well
 */
export function damageOf(
  backup: { label: string; references: readonly string[]; walStart: string },
  verification: Verification,
): string[] {
  if (verification.general !== undefined) return [verification.general];
  const bad = [backup.label, ...backup.references].flatMap((label) => {
    const status = verification.backups[label] ?? "not found";
    return status === "valid" ? [] : [`backup ${label}: ${status}`];
  });
  const wal = verification.invalidWal
    .filter((segment) => segment >= backup.walStart)
    .map((segment) => `WAL segment ${segment}: damaged`);
  return bad.length + wal.length === 0 ? [] : [...bad, ...wal, ...verification.invalidFiles];
}
