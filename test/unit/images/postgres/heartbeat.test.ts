import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile, rm, writeFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { ScriptBench, ending } from "./script";

describe("heartbeat", () => {
  let bench: ScriptBench;
  beforeEach(async () => {
    bench = await ScriptBench.create();
    // Real pauses are too long for a test.
    await bench.stub("sleep", 'echo "$1" >>"$BENCH/pauses"; exec /bin/sleep 0.02');
    // The problem may go away at any time: it is read once, not looked for first.
    await bench.stub(
      "psql",
      'echo "$PGHOST $PGUSER $PGDATABASE $*" >>"$BENCH/beats"; ! cat "$BENCH/problem" 2>/dev/null || exit 2',
    );
  });
  afterEach(() => bench.remove());

  async function count(name: string): Promise<number> {
    return (await readFile(bench.path(name), "utf8").catch(() => "")).split("\n").length - 1;
  }

  /** Waits for that many more pauses, each of which follows a beat. */
  async function beats(more: number): Promise<void> {
    const goal = (await count("pauses")) + more;
    while ((await count("pauses")) < goal) await pause(5);
  }

  it("writes through the socket, twice in each archive_timeout", async () => {
    const child = bench.start("heartbeat", [], {
      ARCHIVE_TIMEOUT_SECONDS: "50",
      POSTGRES_DB: "lstm_pfd",
      SOCKET_DIRECTORY: "/socket",
    });
    const ended = ending(child);
    await beats(2);
    child.kill("SIGTERM");
    assert.equal((await ended).status, 0);
    const written = await readFile(bench.path("beats"), "utf8");
    assert.match(written, /^\/socket postgres lstm_pfd .*insert into recovery\.heartbeat/);
    assert.match(await readFile(bench.path("pauses"), "utf8"), /^25\n/);
  });

  it("speaks only when something changes, and goes on through a restart of the server", async () => {
    const child = bench.start("heartbeat");
    const ended = ending(child);
    await beats(3);
    await writeFile(bench.path("problem"), "psql: error: the server is starting up\nIs it?\n");
    await beats(3);
    await bench.stub("psql", "exit 0");
    await beats(3);
    child.kill("SIGINT");
    const { stdout, status } = await ended;
    assert.equal(status, 0);
    assert.deepEqual(stdout.trim().split("\n"), [
      "heartbeat: writing every 25 s",
      "heartbeat: not writing: psql: error: the server is starting up",
      "heartbeat: writing every 25 s",
    ]);
  });

  it("gives the role the password in force once the server takes it, and beats meanwhile if it can", async () => {
    await bench.stub(
      "set-role-password",
      'echo "$DB_USER" >>"$BENCH/set"; [ -e "$BENCH/takes" ] || { echo "ERROR: no such role"; exit 3; }',
    );
    await writeFile(bench.path("problem"), "psql: error: the server is starting up\n");
    const child = bench.start("heartbeat", [], { DB_USER: "lstm_pfd", DB_PASSWORD: "hidden" });
    const ended = ending(child);
    await beats(2);
    await rm(bench.path("problem"));
    await beats(2);
    await writeFile(bench.path("takes"), "");
    await beats(2);
    const tries = await count("set");
    await beats(2);
    assert.equal(await count("set"), tries);
    child.kill("SIGTERM");
    const { stdout } = await ended;
    assert.deepEqual(stdout.trim().split("\n"), [
      "heartbeat: not writing: psql: error: the server is starting up",
      "heartbeat: writing every 25 s; role lstm_pfd has no new password: ERROR: no such role",
      "heartbeat: role lstm_pfd has the password in force",
      "heartbeat: writing every 25 s",
    ]);
    const pauses = (await readFile(bench.path("pauses"), "utf8")).split("\n");
    assert.deepEqual([pauses[0], pauses.includes("25")], ["2", true]);
  });

  it("ends within its pause when it is told to", async () => {
    await bench.stub("sleep", 'echo "$1" >>"$BENCH/pauses"; exec /bin/sleep 30');
    const child = bench.start("heartbeat");
    await beats(1);
    const start = Date.now();
    child.kill("SIGTERM");
    await once(child, "close");
    assert.ok(Date.now() - start < 2_000);
  });
});
