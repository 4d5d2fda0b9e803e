import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const directory = join(__dirname, "../../../jobs/commands");
const commands: Record<string, string[]> = {
  "await-credentials": [],
  "restore-database": [],
  "backup-database": ["full"],
  "expire-database": [],
  "dump-database": [],
  "expire-dumps": [],
  "restore-dump": ["list"],
  "verify-database": [],
  rehearse: [],
  moments: [],
  "rescue-table": [],
  "replace-database": ["replace"],
  "backup-models": ["always"],
  "restore-models": [],
  "replace-models": ["plan"],
  "restore-secrets": [],
  "expire-models": [],
  verify: [],
};

interface Ending {
  code: unknown;
  stderr: string;
  terminationMessage: string;
}

function run(command: string, args: string[], environment: Record<string, string> = {}): Promise<Ending> {
  const scratch = mkdtempSync(join(tmpdir(), "command-"));
  const log = join(scratch, "termination-log");
  writeFileSync(log, "");
  const env = { PATH: process.env["PATH"], TERMINATION_LOG: log, ...environment };
  return new Promise((resolve) => {
    const node = ["-r", require.resolve("tsx/cjs"), join(directory, `${command}.ts`), ...args];
    execFile(
      process.execPath,
      node,
      { env, timeout: Number(environment["STOP_AFTER_MS"] ?? 80_000) },
      (error, _stdout, stderr) => {
        const terminationMessage = readFileSync(log, "utf8");
        rmSync(scratch, { recursive: true });
        resolve({ code: error?.code, stderr, terminationMessage });
      },
    );
  });
}

describe("commands", function () {
  // All of them start at the same time.
  this.timeout(90_000);

  it("end with code 1 and one sentence that names what is missing in its environment", async () => {
    await Promise.all(
      Object.entries(commands).map(async ([command, args]) => {
        const { code, stderr, terminationMessage } = await run(command, args);
        assert.equal(code, 1, command);
        assert.match(terminationMessage, new RegExp(`^${command}: environment: .* is not set; .*run again$`));
        assert.equal(stderr.trim().split("\n").at(-1), terminationMessage);
        assert.ok(!stderr.includes("    at "), "a stack trace was printed");
      }),
    );
  });

  it("end with another code where the pod has no role yet, so that another pod is tried", async () => {
    const ofStore = Object.entries(commands).filter(
      ([command]) => command !== "restore-secrets" && command !== "verify",
    );
    await Promise.all(
      ofStore.map(async ([command, args]) => {
        const { code, terminationMessage } = await run(command, args, { POD_IDENTITY: "true" });
        assert.equal(code, 75, command);
        assert.match(
          terminationMessage,
          new RegExp(
            `^${command}: no credentials yet: this pod was admitted before .*; another pod is tried; .*$`,
          ),
        );
      }),
    );
  });

  it("tell of a pgBackRest that does not know its settings before they ask the store for anything", async () => {
    const scratch = mkdtempSync(join(tmpdir(), "pgbackrest-"));
    try {
      const configuration = join(scratch, "pgbackrest.conf");
      writeFileSync(configuration, "[global]\nrepo1-s3-key-type=pod-id\n");
      writeFileSync(join(scratch, "pgbackrest"), "#!/bin/sh\necho pgBackRest 2.45\n", { mode: 0o755 });
      const { code, terminationMessage } = await run("restore-database", [], {
        PATH: `${scratch}:${process.env["PATH"] ?? ""}`,
        PGBACKREST_CONFIG: configuration,
        PGDATA: join(scratch, "volume", "pgdata"),
        // Nobody answers there.
        S3_ENDPOINT: "http://127.0.0.1:1",
        ...{ S3_BUCKET: "backups", AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "secret" },
        ...{ PGBACKREST_REPO1_S3_KEY: "id", PGBACKREST_REPO1_S3_KEY_SECRET: "secret" },
        ...{ PGBACKREST_REPO1_CIPHER_PASS: "cipher" },
        ...{ POSTGRES_DB: "app", DB_USER: "app", DB_PASSWORD: "password" },
        ...{
          SITE_ID: "3f0c1e5a-0000-4000-8000-000000000000",
          SITE_NAME: "test/lstm-pfd",
          POSTGRES_MAJOR: "15",
        },
      });
      assert.equal(code, 1);
      assert.match(
        terminationMessage,
        /^restore-database: .* has pgBackRest 2\.45, which does not know repo1-s3-key-type=pod-id: that needs 2\.58 .*; nothing was touched; set lstm-pfd:imagePostgres/,
      );
      assert.ok(!existsSync(join(scratch, "volume")));
    } finally {
      rmSync(scratch, { recursive: true });
    }
  });

  it("say by their code that they were stopped", async () => {
    // Nobody answers there, so that it waits until it is stopped.
    const { code, terminationMessage } = await run("await-credentials", [], {
      S3_BUCKET: "backups",
      POD_IDENTITY: "true",
      // Without the host's own pgBackRest, if it has one.
      PATH: "/var/empty",
      AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1:1/v1/credentials",
      STOP_AFTER_MS: "8000",
    });
    assert.equal(code, 143);
    assert.equal(terminationMessage, "await-credentials: was stopped by SIGTERM; it can be run again");
  });

  it("end at their limit, before Kubernetes removes the pod with all that it could say", async () => {
    const { code, terminationMessage } = await run("await-credentials", [], {
      S3_BUCKET: "backups",
      POD_IDENTITY: "true",
      // Without the host's own pgBackRest, if it has one.
      PATH: "/var/empty",
      AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1:1/v1/credentials",
      TIME_LIMIT_SECONDS: "1",
    });
    assert.equal(code, 1);
    assert.match(terminationMessage, /^await-credentials: did not finish within 1 s; look at its last lines/);
  });

  it("name their arguments when they are wrong", async () => {
    const [database, models] = await Promise.all([
      run("backup-database", ["weekly"]),
      run("backup-models", []),
    ]);
    assert.match(database.terminationMessage, /`backup-database full` or `backup-database incr`/);
    assert.match(
      models.terminationMessage,
      /`backup-models always`, `backup-models changed` or `backup-models confirm NAME`/,
    );
  });
}).timeout(20_000);
