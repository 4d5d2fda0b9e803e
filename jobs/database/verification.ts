/** What `pgbackrest verify` found. */
export interface Verification {
  status: "ok" | "error";
  /** Why nothing at all could be checked. */
  general: string | undefined;
  /** Label → its status: "valid", "invalid", "manifest missing" or "in-progress". */
  backups: Record<string, string>;
  /** WAL segments that are damaged. */
  invalidWal: string[];
  /** Files that are damaged, by their path in the repository. */
  invalidFiles: { file: string; reason: string }[];
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
  const invalid = output.split(/^(?=\d{4}-\d\d-\d\d \S+ P\d\d)/m).flatMap((message) => {
    const match =
      /(?:INFO|WARN): (file missing|invalid checksum|invalid size|invalid result) '?([^\s':]+)/.exec(message);
    if (match?.[1] === undefined || match[2] === undefined) return [];
    // A file in a bundle is not an object; the bundle is, and some messages name it.
    const bundle = /repository\/(backup\/main\/[^\s/]+\/bundle\/\d+)/.exec(message)?.[1];
    return [{ reason: match[1], file: bundle ?? match[2] }];
  });
  const duplicates = Array.from(
    output.matchAll(/duplicate WAL '([0-9A-F]{24})' for '([^']+)' exists/g),
    ([, segment = "", archiveId = ""]) => ({
      segment,
      file: `${archiveId}/${segment.slice(0, 16)}/${segment}`,
    }),
  );
  const named = [
    ...invalid,
    ...duplicates.map(({ file }) => ({ reason: "there twice, with two checksums", file })),
  ];
  return {
    status,
    general: /^\s*(No usable (?:backup|archive)\.info file)\s*$/m.exec(output)?.[1],
    backups,
    invalidWal: unique([
      ...invalid.flatMap(({ file }) => /\/([0-9A-F]{24})-[0-9a-f]{40}/.exec(file)?.[1] ?? []),
      ...duplicates.map(({ segment }) => segment),
    ]),
    // Each file in a damaged bundle has a line of its own, with the name of the bundle.
    invalidFiles: [
      ...new Map(named.map(({ reason, file }) => [file, { reason, file: repositoryPath(file) }])).values(),
    ],
  };
}

/** `backup/main/<label>/…` or `archive/main/<id>/…`, however much of it is printed. */
function repositoryPath(file: string): string {
  const path = /((?:backup|archive)\/main\/.*)$/.exec(file)?.[1];
  if (path !== undefined) return path;
  return /^\/?\d{8}-\d{6}F/.test(file) ? `backup/main/${file}` : `archive/main/${file}`;
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
  return damageOfRepository(
    { labels: [backup.label, ...backup.references], walStart: backup.walStart },
    verification,
  );
}

/**
 * Whether backups can be restored and replayed, as far as `verification` goes.
 * @param wanted.labels backups that count
 * @param wanted.walStart first segment that one of them needs
 * @returns what is damaged; nothing when all is well
 */
export function damageOfRepository(
  wanted: { labels: readonly string[]; walStart: string },
  verification: Verification,
): string[] {
  if (verification.general !== undefined) return [verification.general];
  const bad = wanted.labels.flatMap((label) => {
    const status = verification.backups[label] ?? "not found";
    return status === "valid" ? [] : [`backup ${label}: ${status}`];
  });
  const wal = verification.invalidWal
    .filter((segment) => segment >= wanted.walStart)
    .map((segment) => `WAL segment ${segment}: damaged`);
  if (bad.length + wal.length === 0)
    return verification.status === "error" && namesNothing(verification)
      ? ["pgbackrest verify reports an error that it does not name"]
      : [];
  return [...bad, ...wal, ...verification.invalidFiles.map(({ file, reason }) => `${file} (${reason})`)];
}

/** An error that is about nothing in particular cannot be taken to lie outside of what is wanted. */
function namesNothing({ backups, invalidFiles, invalidWal }: Verification): boolean {
  const sound = Object.values(backups).every((status) => status === "valid" || status === "in-progress");
  return sound && invalidFiles.length === 0 && invalidWal.length === 0;
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
