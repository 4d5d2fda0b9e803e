import { isDeepStrictEqual } from "node:util";
import { names } from "../../plan/names";
import type { Kubectl } from "../kubectl";

/** kubectl that only looks. */
export type Reading = Pick<Kubectl, "call">;

/** One query on the database's own numbers. It changes nothing, and could not: the session is read-only. */
const query = `select json_build_object(
 'inRecovery', pg_is_in_recovery(),
 'waiting', (select count(*) from pg_ls_archive_statusdir() where name like '%.ready'),
 'walBytes', (select coalesce(sum(size), 0) from pg_ls_waldir()),
 'archived', archived_count, 'failed', failed_count,
 'lastArchived', last_archived_time, 'lastFailed', last_failed_time, 'lastFailedWal', last_failed_wal,
 'now', clock_timestamp())
from pg_stat_archiver`;

const inDatabase = [
  "exec",
  `statefulset/${names.databaseStatefulSet}`,
  `--container=${names.databaseContainer}`,
  "--",
];

/** The two commands that may run in a pod, word for word: what PostgreSQL says of its archiving, and how full its volume is. */
export const readingCommands = {
  archiver: [
    ...inDatabase,
    "env",
    "PGOPTIONS=-c default_transaction_read_only=on -c statement_timeout=10s",
    "psql",
    "--no-psqlrc",
    "--quiet",
    "--tuples-only",
    "--no-align",
    `--host=${names.databaseSocket}`,
    "--username=postgres",
    "--dbname=postgres",
    `--command=${query}`,
  ],
  volume: [...inDatabase, "df", "--block-size=1", "--output=size,used", names.databaseDirectory],
} as const;

/** Long enough for a busy API server. */
const ANSWER_MS = 25_000;

const verbs = ["get", "describe", "logs", "version"];
/** What may be asked of the API server by its path: nothing of it is an object. */
const rawPaths = [
  /^\/readyz$/,
  /^\/version$/,
  /^\/api\/v1\/nodes\/[\w.-]+\/proxy\/stats\/summary$/,
  /^\/api\/v1\/namespaces\/[\w.-]+\/pods\/[\w.:-]+\/proxy\/(?:health|metrics)$/,
];

/**
 * kubectl that refuses everything but looking, before it is called: Secrets are listed by their labels alone, and in pods the
 * {@link readingCommands} run, and nothing else.
 */
export function readingOnly(kubectl: Reading): Reading {
  return {
    async call(args, options) {
      if (!isReading(args) || options?.input !== undefined)
        throw new Error(`doctor only looks, and does not call: kubectl ${args.slice(0, 2).join(" ")}`);
      return kubectl.call(args, { timeoutMs: ANSWER_MS, ...options });
    },
  };
}

/** Whether a call of kubectl only looks. */
export function isReading(args: readonly string[]): boolean {
  const [verb = "", noun = ""] = args;
  if (verb === "exec") return Object.values(readingCommands).some((words) => isDeepStrictEqual(args, words));
  if (verb === "auth") return noun === "can-i";
  if (!verbs.includes(verb)) return false;
  if (args.some((word) => /^(?:-f|--filename|-k|--kustomize|--watch|-w|--follow)\b/.test(word))) return false;
  const raw = args.find((word) => word.startsWith("--raw"));
  if (raw !== undefined)
    return verb === "get" && rawPaths.some((path) => path.test(raw.slice("--raw=".length)));
  const kinds = noun.split(",").map((kind) => kind.split("/")[0] ?? "");
  if (kinds.includes("all")) return false;
  if (!kinds.some((kind) => /^secrets?(?:\.|$)/i.test(kind))) return true;
  // The table of names and labels is made by the API server, which leaves the values out.
  return (
    verb === "get" && kinds.length === 1 && !args.some((word) => /^(?:-o|--output|--template)/.test(word))
  );
}
