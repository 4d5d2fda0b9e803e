/** What `pg_controldata` says of a data directory. */
export interface ControlData {
  systemId: string;
  /** As in "shut down" or "in production". */
  state: string;
  timeline: number;
  /** Position of the latest checkpoint: the end of the log, where the server was shut down. */
  checkpointLsn: string;
  segmentBytes: number;
  /** Settings that a standby may not have lower than the server that wrote its WAL. */
  minimumSettings: Record<string, string>;
}

const MINIMUM_SETTINGS = [
  "max_connections",
  "max_worker_processes",
  "max_wal_senders",
  "max_prepared_xacts",
  "max_locks_per_xact",
] as const;
/** Names in the control file that differ from those of the configuration. */
const CONFIGURED_AS: Record<string, string> = {
  max_prepared_xacts: "max_prepared_transactions",
  max_locks_per_xact: "max_locks_per_transaction",
};

/**
 * Reads the output of `pg_controldata` (with LC_ALL=C).
 * @throws Error when a line that is needed is not there
 */
export function parseControlData(output: string): ControlData {
  const lines = new Map(
    output.split("\n").flatMap((line) => {
      const match = /^([^:]+):\s+(.*)$/.exec(line);
      return match?.[1] === undefined || match[2] === undefined ? [] : [[match[1], match[2]] as const];
    }),
  );
  const value = (name: string): string => {
    const found = lines.get(name);
    if (found === undefined) throw new Error(`pg_controldata says nothing of "${name}"`);
    return found;
  };
  return {
    systemId: value("Database system identifier"),
    state: value("Database cluster state"),
    timeline: Number(value("Latest checkpoint's TimeLineID")),
    checkpointLsn: value("Latest checkpoint location"),
    segmentBytes: Number(value("Bytes per WAL segment")),
    minimumSettings: Object.fromEntries(
      MINIMUM_SETTINGS.map((name) => [CONFIGURED_AS[name] ?? name, value(`${name} setting`)]),
    ),
  };
}
