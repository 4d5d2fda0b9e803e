import { type Context, npmRun } from "./finding";

/** What a line of a log means, and what to do about it. */
export interface KnownMessage {
  pattern: RegExp;
  means: string;
  todo: string;
  command?: (context: Context) => string;
  /** Keys of findings that may be the cause. */
  becauseOf?: readonly string[];
}

const up = (context: Context): string => npmRun(context, "up");

/** Lines that are known, the more telling ones first. Most are those of docs/runbook.md. */
export const knownMessages: readonly KnownMessage[] = [
  {
    pattern: /this database is not served any more/,
    means: "another site has taken this database over",
    todo: "the new site serves; keep this volume until nothing on it is missed, then remove this platform. If nobody meant to: docs/runbook.md, takeOver",
  },
  {
    pattern:
      /(?:does not exist|is empty); run the restore of the database|does not say that this database was opened/,
    means: "the volume has no database that was opened",
    todo: "let the restore settle it",
    command: up,
  },
  {
    pattern: /was written by PostgreSQL \d+ and this image holds/,
    means: "the image has another major version of PostgreSQL than the data",
    todo: "let imagePostgres name an image of the version that the line names",
    command: up,
  },
  {
    pattern: /[Nn]o space left on device|the volume is full|ENOSPC/,
    means: "a volume or a disk is full",
    todo: "raise databaseSizeGi or checkpointsSizeGi, or make room on the node",
    command: up,
    becauseOf: ["volumes", "disk", "nodes"],
  },
  {
    pattern: /another pod (?:runs a server|works) on/,
    means: "another pod holds the volume",
    todo: "wait until that pod has ended, or see why it does not",
    command: ({ namespace }) => `kubectl -n ${namespace} get pods -o wide`,
  },
  {
    pattern:
      /could not locate a valid checkpoint record|invalid page in block|is not a complete data directory|PANIC: /,
    means: "the files of the database are damaged",
    todo: "bring them back from the archive, beside those that are there: look at the plan first",
    command: (context) => npmRun(context, "restore", "database --plan"),
  },
  {
    pattern:
      /could not map anonymous shared memory|could not resize shared memory|[Cc]annot allocate memory|MemoryError|heap out of memory|CUDA out of memory/,
    means: "it has too little memory",
    todo: "raise limits.memory of the pod, by the key of its resources",
    command: up,
  },
  {
    pattern: /password authentication failed|WRONGPASS|NOAUTH/,
    means: "a password is not the one that is in force",
    todo: "a secret was changed on one side alone: run up, which restarts both",
    command: up,
  },
  {
    pattern: /InvalidAccessKeyId|SignatureDoesNotMatch|the access key was refused/,
    means: "the object store refuses the pod's key",
    todo: "set the key that is in force on the vault, then run up; it changes the Secret and restarts what has read it",
    command: up,
    becauseOf: ["keys", "clock"],
  },
  {
    pattern: /RequestTimeTooSkewed|the clock of this node differs/,
    means: "the clock of the node is wrong",
    todo: "set the clock of the node by NTP",
    becauseOf: ["clock"],
  },
  {
    pattern: /AccessDenied|access was denied/,
    means: "the object store allows the pod's role too little",
    todo: "bring the vault to what the program says",
    command: (context) => npmRun(context, "preview"),
    becauseOf: ["keys"],
  },
  {
    pattern:
      /objects?\.internal|object store .*(?:answer|reach)|it cannot be reached \(|gave no answer in time/,
    means: "the object store cannot be reached from the pod",
    todo: "look at the store, and at the way from the nodes to it",
    becauseOf: ["store", "dns/store", "dns/cluster"],
  },
  {
    pattern: /could not translate host name|ENOTFOUND|EAI_AGAIN|[Tt]emporary failure in name resolution/,
    means: "a name is not found in the cluster",
    todo: "look at the cluster's DNS",
    command: () => "kubectl -n kube-system get pods -l k8s-app=kube-dns",
    becauseOf: ["component/postgresql", "component/redis", "dns/store", "dns/cluster", "nodes"],
  },
  {
    pattern:
      /PytorchStreamReader|failed finding central directory|best_model\.pth|(?:model|checkpoint)\b.*\b(?:not load|cannot be|could not|damaged|missing|cut off|no such file|corrupt)/i,
    means: "the model does not load",
    todo: "see what came back and from when; then take a snapshot that is whole",
    command: (context) => npmRun(context, "restore", "models --plan"),
    becauseOf: ["claim/checkpoints", "volumes"],
  },
  {
    pattern:
      /ECONNREFUSED.*:5432|connection to server .*(?:failed|refused)|could not connect to server|the database system is (?:starting|shutting)/,
    means: "the database does not answer",
    todo: "look at the pod of the database",
    command: ({ namespace }) => `kubectl -n ${namespace} describe pod lstm-pfd-postgresql-0`,
    becauseOf: ["component/postgresql", "held", "workload/lstm-pfd-postgresql"],
  },
  {
    pattern: /MISCONF|OOM command not allowed|ECONNREFUSED.*:6379|redis.*(?:refused|timeout|unreachable)/i,
    means: "Redis does not answer, or takes no more",
    todo: "look at the pod of Redis; its queues are rebuilt, so it may be restarted",
    command: ({ namespace }) => `kubectl -n ${namespace} rollout restart deployment lstm-pfd-redis`,
    becauseOf: ["component/redis", "workload/lstm-pfd-redis"],
  },
];

/** What is known of the first line of a text that is known, the newest ones first. */
export function knownMessage(text: string): { line: string; message: KnownMessage } | undefined {
  const lines = text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .reverse();
  for (const message of knownMessages) {
    const line = lines.find((each) => message.pattern.test(each));
    if (line !== undefined) return { line, message };
  }
  return undefined;
}
