import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { ending, ScriptBench, type Ending } from "./script";

describe("start-postgres", () => {
  let bench: ScriptBench;
  beforeEach(async () => {
    bench = await ScriptBench.create();
    await bench.stub("tini", 'echo "tini $*"; env | grep ^PG || true');
    await bench.stub("initdb", 'touch "$BENCH/initdb-ran"');
    await writeFile(bench.path("termination-log"), "");
    await writeFile(bench.path("postgresql.conf"), "");
    await writeFile(bench.path("lineage"), "life=a\ngeneration=2\nstate=opened\n");
    await mkdir(bench.path("run"));
    await seen("clear");
  });
  afterEach(() => bench.remove());

  /** What the watcher of the lineage has written down, so many seconds ago. */
  async function seen(state: string, ageSeconds = 0): Promise<void> {
    const checked = Math.floor(Date.now() / 1000) + 5 - ageSeconds;
    await writeFile(
      bench.path("run/fence"),
      `state=${state}\nchecked=${checked}\nby=site B has taken over\n`,
    );
  }

  async function dataDirectory(version = "15"): Promise<void> {
    await mkdir(bench.path("pgdata/global"), { recursive: true, mode: 0o777 });
    await writeFile(bench.path("pgdata/PG_VERSION"), `${version}\n`);
    await writeFile(bench.path("pgdata/global/pg_control"), "control");
  }

  function start(env: NodeJS.ProcessEnv = {}): Promise<Ending> {
    return bench.run("start-postgres", [], startEnvironment(env));
  }

  function startEnvironment(env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    return {
      PGDATA: bench.path("pgdata"),
      POSTGRES_MAJOR: "15",
      SOCKET_DIRECTORY: bench.path("run"),
      POSTGRES_CONFIGURATION: bench.path("postgresql.conf"),
      TERMINATION_LOG: bench.path("termination-log"),
      VOLUME_LIFE: bench.path("lineage"),
      FENCE_POLL_SECONDS: "0.1",
      FIRST_LOOK_SECONDS: "1",
      ...env,
    };
  }

  const refusals: { name: string; prepare: () => Promise<unknown>; reason: RegExp }[] = [
    {
      name: "does not exist",
      prepare: () => Promise.resolve(),
      reason: /pgdata does not exist; run the restore/,
    },
    {
      name: "is empty",
      prepare: () => mkdir(bench.path("pgdata")),
      reason: /pgdata is empty; run the restore/,
    },
    {
      name: "has no control file",
      prepare: async () => {
        await dataDirectory();
        await writeFile(bench.path("pgdata/global/pg_control"), "");
      },
      reason: /not a complete data directory .*move it away/,
    },
    {
      name: "has no version",
      prepare: async () => {
        await mkdir(bench.path("pgdata/base"), { recursive: true });
      },
      reason: /not a complete data directory/,
    },
    {
      name: "is of another major version",
      prepare: () => dataDirectory("14"),
      reason: /written by PostgreSQL 14 and this image holds 15/,
    },
  ];
  for (const { name, prepare, reason } of refusals) {
    it(`refuses a data directory that ${name}, in one sentence that the pod's status shows too`, async () => {
      await prepare();
      const { status, stdout, stderr } = await start();
      assert.equal(status, 1);
      assert.equal(stdout, "");
      assert.match(stderr, reason);
      assert.equal(stderr.trim().split("\n").length, 1);
      assert.equal(await readFile(bench.path("termination-log"), "utf8"), stderr);
      await assert.rejects(stat(bench.path("initdb-ran")), "initdb must never run");
    });
  }

  it("refuses to start without a configuration", async () => {
    await dataDirectory();
    const { status, stderr } = await start({ POSTGRES_CONFIGURATION: bench.path("absent.conf") });
    assert.equal(status, 1);
    assert.match(stderr, /absent\.conf cannot be read/);
  });

  it("starts the server on a valid one, with its configuration and socket", async () => {
    await dataDirectory();
    const { status, stdout } = await start();
    assert.equal(status, 0);
    const server = `postgres -D ${bench.path("pgdata")} -c config_file=${bench.path("postgresql.conf")}`;
    assert.ok(
      stdout.startsWith(`tini -- ${server} -c unix_socket_directories=${bench.path("run")}\n`),
      stdout,
    );
  });

  it("closes the data directory and the socket to other users", async () => {
    await dataDirectory();
    await start();
    for (const name of ["pgdata", "run"]) assert.equal((await stat(bench.path(name))).mode & 0o777, 0o700);
  });

  it("keeps variables that would lead pgBackRest elsewhere away from the server", async () => {
    await dataDirectory();
    const { stdout } = await start({ PGHOST: "elsewhere", PGPASSWORD: "x", PGBACKREST_REPO1_S3_KEY: "key" });
    assert.doesNotMatch(stdout, /PGHOST|PGPASSWORD/);
    assert.match(stdout, /^PGBACKREST_REPO1_S3_KEY=key$/m);
  });

  it("refuses a data directory on which another pod runs a server", async () => {
    await dataDirectory();
    await bench.stub("flock", `shift 2; PATH='${process.env["PATH"] ?? ""}' exec flock --nonblock "$@"`);
    const lock = bench.path("run/server.lock");
    const holder = spawn("flock", ["--no-fork", lock, "sh", "-c", "echo held; exec sleep 30"]);
    await once(holder.stdout, "data");
    const { status, stderr } = await start();
    holder.kill();
    assert.equal(status, 1);
    assert.match(stderr, /another pod runs a server/);
  });

  it("takes over from a server that was killed", async () => {
    await dataDirectory();
    await writeFile(bench.path("run/server.lock"), "");
    await writeFile(bench.path("pgdata/postmaster.pid"), "1\n");
    assert.equal((await start()).status, 0);
  });

  for (const life of ["", "life=a\ngeneration=2\nstate=claimed\n"])
    it(`refuses a volume whose life was ${life === "" ? "never settled" : "claimed and not opened"}`, async () => {
      await dataDirectory();
      await writeFile(bench.path("lineage"), life);
      const { status, stderr } = await start();
      assert.equal(status, 1);
      assert.match(stderr, /does not say that this database was opened as a generation; run the restore/);
    });

  for (const state of ["superseded", "withdrawn"])
    it(`refuses a database that was ${state}, however long ago that was seen, and says who stands behind it`, async () => {
      await dataDirectory();
      await seen(state, 1e6);
      const { status, stderr } = await start();
      assert.equal(status, 1);
      assert.match(stderr, /not served any more: site B has taken over\. Keep this volume/);
      assert.equal(await readFile(bench.path("termination-log"), "utf8"), stderr);
    });

  for (const state of ["clear", "held"])
    it(`starts without a look at the lineage when there is none for a while, and the last one was "${state}"`, async () => {
      await dataDirectory();
      await seen(state, 1000);
      const { status, stdout, stderr } = await start();
      assert.equal(status, 0);
      assert.match(stdout, /^tini -- postgres/);
      assert.match(stderr, /the lineage cannot be seen; starting, because this volume was opened/);
    });

  it("stops the server fast once another site has taken over", async () => {
    await dataDirectory();
    await bench.stub(
      "tini",
      `trap 'echo "stopped fast"; exit 0' INT
echo $$ >"$PGDATA/postmaster.pid"; echo started
while :; do sleep 0.1; done`,
    );
    const child = bench.start("start-postgres", [], startEnvironment());
    const ended = ending(child);
    if (child.stdout === null) throw new Error("no output");
    await once(child.stdout, "data");
    await seen("superseded");
    const { status, stdout, stderr } = await ended;
    assert.deepEqual({ status, stdout }, { status: 0, stdout: "started\nstopped fast\n" });
    assert.match(stderr, /stopping fast: site B has taken over/);
  });
});
