import { type Options, UsageError } from "./commandLine";

/** What a command line asks of the backups. */
export interface BackupRequest {
  what: "database" | "models" | "dump";
  /** Name of the snapshot that is to count, instead of a new backup. */
  confirm?: string;
}

/**
 * What a command line asks of the backups.
 * @throws UsageError
 */
export function backupRequest({ words, confirm }: Options): BackupRequest {
  const [what, ...more] = words;
  if ((what !== "database" && what !== "models" && what !== "dump") || more.length > 0)
    throw new UsageError(`backup of "${words.join(" ")}": say database, models or dump`);
  if (confirm === undefined) return { what };
  if (what !== "models")
    throw new UsageError("--confirm is of models: npm run backup -- models --confirm NAME");
  if (!/^models-\d{8}-\d{6}$/.test(confirm))
    throw new UsageError(
      `--confirm ${confirm}: must be the name of a snapshot, as in models-20260131-030000`,
    );
  return { what, confirm };
}

/** What a person has to look at in the result of a backup that succeeded, a sentence each. */
export function openQuestions(result: unknown): string[] {
  const { action, name, reason, remedy, unconfirmed, bytesOnly, latest } = (result ?? {}) as {
    action?: unknown;
    name?: string;
    reason?: string;
    remedy?: string;
    unconfirmed?: unknown;
    bytesOnly?: { count: number; first: string[] };
    latest?: { problem?: string };
  };
  return [
    ...(action === "unconfirmed" ? [`${name ?? ""} is unconfirmed: ${reason ?? ""}; ${remedy ?? ""}`] : []),
    ...(action === "unchanged" && unconfirmed === true
      ? [
          `${name ?? ""} holds the same files and is unconfirmed: npm run backup -- models --confirm ${name ?? ""}`,
        ]
      : []),
    ...(bytesOnly !== undefined && bytesOnly.count > 0
      ? [
          `whether these are whole, their format does not tell, and only bytes were compared: ${bytesOnly.first.join(", ")}${bytesOnly.count > bytesOnly.first.length ? ` and ${bytesOnly.count - bytesOnly.first.length} more` : ""}`,
        ]
      : []),
    ...(latest?.problem === undefined ? [] : [`models/latest/: ${latest.problem}`]),
  ];
}
