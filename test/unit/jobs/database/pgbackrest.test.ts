import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PgBackRest, PgBackRestError } from "../../../../jobs/database/pgbackrest";

const silent = (): void => undefined;
const locked =
  "ERROR: [050]: unable to acquire lock on file '/run/main-archive.lock': Resource temporarily unavailable";

describe("the stanza of a new generation", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "stanza-"));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  /** A pgBackRest that says this each time until it has been asked so often. */
  const pgBackRest = (says: string, code: number, times: number): PgBackRest => {
    const calls = join(directory, "calls");
    const script = `#!/bin/sh\necho call >> ${calls}\n[ $(wc -l < ${calls}) -gt ${times} ] && exit 0\necho "${says}"\nexit ${code}\n`;
    writeFileSync(join(directory, "pgbackrest"), script, { mode: 0o755 });
    return new PgBackRest("/pgdata", 3, { PATH: `${directory}:${process.env["PATH"] ?? ""}` });
  };
  const calls = (): number => readFileSync(join(directory, "calls"), "utf8").trim().split("\n").length;
  const limits = { timeoutMs: 10_000, everyMs: 10 };

  it("waits for a process that fetches WAL and holds its lock", async () => {
    await pgBackRest(locked, 50, 3).createStanza(silent, limits);
    assert.equal(calls(), 4);
  });

  it("does not wait for ever", async () => {
    await assert.rejects(
      pgBackRest(locked, 50, 1000).createStanza(silent, { timeoutMs: 100, everyMs: 10 }),
      (error) =>
        error instanceof PgBackRestError && error.code === 50 && /unable to acquire lock/.test(error.reason),
    );
    assert.ok(calls() > 1);
  });

  it("is not tried again for anything else", async () => {
    await assert.rejects(
      pgBackRest(
        "ERROR: [028]: backup and archive info files exist but do not match the database",
        28,
        1,
      ).createStanza(silent, limits),
      (error) => error instanceof PgBackRestError && error.code === 28,
    );
    assert.equal(calls(), 1);
  });
});
