import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { waitForSuccess } from "../../lib/wait";

/** A PostgreSQL server of a test, in a directory of its own. */
export interface PostgresServer {
  /** Directory of its socket. */
  socket: string;
  /** A superuser's connection, which the caller ends. */
  connect: (database?: string) => Promise<Client>;
  /** Ends it, and removes all that is its own. */
  stop: () => Promise<void>;
}

/** The server refuses to run as root, and has then another user: nobody. */
const nobody = 65_534;
const user = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};

/**
 * Makes an empty cluster and starts a server on it, reachable by its socket alone.
 * @param bin directory of PostgreSQL's programs
 * @throws Error with what initdb or the server has said
 */
export async function startPostgres(bin: string): Promise<PostgresServer> {
  const directory = mkdtempSync(join(tmpdir(), "postgres-"));
  // Whoever the server runs as must get to it.
  chmodSync(directory, 0o755);
  const data = join(directory, "data");
  mkdirSync(data, { mode: 0o700 });
  if ("uid" in user) for (const path of [directory, data]) chownSync(path, nobody, nobody);
  const remove = (): void => {
    rmSync(directory, { recursive: true, force: true });
  };
  const initdb = spawnSync(
    join(bin, "initdb"),
    [`--pgdata=${data}`, "--username=postgres", "--auth=trust", "--no-sync", "--locale=C", "--encoding=UTF8"],
    { ...user, encoding: "utf8" },
  );
  if (initdb.status !== 0) {
    remove();
    throw new Error(`initdb: ${initdb.error?.message ?? initdb.stderr}`);
  }
  const settings = [
    "fsync=off",
    "listen_addresses=",
    `unix_socket_directories=${directory}`,
    "wal_level=logical",
  ];
  const server = spawn(
    join(bin, "postgres"),
    ["-D", data, ...settings.flatMap((setting) => ["-c", setting])],
    { ...user, stdio: ["ignore", "ignore", "pipe"] },
  );
  let said = "";
  server.stderr.setEncoding("utf8").on("data", (text: string) => (said = (said + text).slice(-4000)));
  const connect = async (database = "postgres"): Promise<Client> => {
    const client = new Client({ host: directory, user: "postgres", database });
    client.on("error", () => undefined);
    await client.connect();
    return client;
  };
  const stop = async (): Promise<void> => {
    await ended(server);
    remove();
  };
  try {
    const first = await waitForSuccess(
      "the server of the test",
      { timeoutMs: 20_000, everyMs: 50 },
      async () => connect(),
    );
    await first.end();
  } catch (error) {
    await stop();
    throw new Error(`${String(error)}: ${said}`, { cause: error });
  }
  return { socket: directory, connect, stop };
}

function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    server.once("close", () => {
      resolve();
    });
    server.kill("SIGQUIT");
  });
}
