import assert from "node:assert/strict";
import { jobNames, names } from "../../../plan/names";
import type { Lives } from "./lives";
import { frozen } from "./commands";
import { segmentsOf } from "./segmentsOf";
import { otherSite, RestoreJobs, type Trial } from "./restoreJobs";

const MINUTE = 60_000;
const volume = "refused";

/** Something that is not as it should be, and the one sentence about it. */
interface Refusal {
  what: string;
  env?: Readonly<Record<string, string>>;
  /** A volume of this size that goes with its pod. @default one like the platform's */
  bytes?: string;
  /** Line after which that volume is full but for some megabytes. @default it never is */
  fullAt?: string;
  /** Keys that somebody deletes before; they come back after. @default none */
  hidden?: (lives: Lives) => Promise<string[]>;
  message: RegExp;
}

const refusals: Refusal[] = [
  {
    what: "the last segments of the archive were deleted",
    hidden: async (lives) => (await segmentsOf(lives, (await lives.newest()).opened)).slice(-2),
    message:
      /restore-database: WAL segment \S+ and 1 more is missing in s3:\/\/.*; it was deleted at 20\S+, so the end of the archive is not its end; .*lstm-pfd:acceptLossAfter/s,
  },
  {
    what: "the claim of the head was deleted",
    hidden: async (lives) => [recordOf((await lives.newest()).opened, "claim")],
    message:
      /restore-database: the record wal\/lineage\/\d{4}-claim\.json was deleted \(20\S+\); .*nothing was changed/s,
  },
  {
    what: "the outcome of the head was deleted",
    hidden: async (lives) => [recordOf((await lives.newest()).opened, "outcome")],
    message:
      /restore-database: the record wal\/lineage\/\d{4}-outcome\.json was deleted \(20\S+\); .*nothing was changed/s,
  },
  {
    what: "the recovery kit has the passphrase of another vault",
    env: { PGBACKREST_REPO1_CIPHER_PASS: "that of another vault" },
    message:
      /restore-database: the backups in s3:\/\/\S+ cannot be deciphered: .*PGBACKREST_REPO1_CIPHER_PASS/s,
  },
  {
    what: "the volume has no room",
    bytes: "48Mi",
    message:
      /restore-database: \S+ has room for \S+ \S+, and the restore needs .*nothing was fetched; .*lstm-pfd:databaseSizeGi/s,
  },
  {
    what: "the volume becomes full during the download",
    bytes: "1Gi",
    fullAt: "restoring base backup",
    message:
      /restore-database: base backup \S+ cannot be restored: .*; the volume is full: make it larger \(lstm-pfd:databaseSizeGi\), then run the restore again/s,
  },
  {
    what: "the server is of another major version",
    env: { POSTGRES_MAJOR: "16" },
    message:
      /restore-database: base backup \S+ is of PostgreSQL 15, and this image holds 16; nothing was fetched; set lstm-pfd:imagePostgres/,
  },
  {
    what: "the target lies outside of the window",
    env: { RESTORE_TO: "2020-01-01T00:00:00Z" },
    message:
      /restore-database: the target 2020-01-01T00:00:00Z lies before the window of \d+ days, .*; what can be gone back to is 20/,
  },
  {
    what: "it is another site's, whose head lives, with a number that is no generation's",
    env: { ...otherSite, TAKE_OVER: "99" },
    message:
      /restore-database: lstm-pfd:takeOver is 99, and no such generation is there: the newest one is \d+; /,
  },
];

/**
 * What a restore refuses, by the platform's own Job on volumes of its own: one sentence, an exit code, and nothing in the vault that
 * was not there before. The database is stopped for it.
 */
export function refusalCases(lives: Lives): void {
  let jobs: RestoreJobs;

  before(async function () {
    this.timeout(3 * MINUTE);
    const { database: kubectl } = lives;
    jobs = new RestoreJobs(kubectl);
    await jobs.open();
    // Segments past what its newest base backup itself needs.
    for (let times = 2; times > 0; times--) await lives.write();
    await kubectl.call(["scale", `statefulset/${names.databaseStatefulSet}`, "--replicas=0"]);
    await kubectl.call(["wait", `pod/${names.databaseStatefulSet}-0`, "--for=delete", "--timeout=100s"], {
      timeoutMs: 110_000,
    });
  });

  after(async function () {
    this.timeout(6 * MINUTE);
    await lives.database.call(["scale", `statefulset/${names.databaseStatefulSet}`, "--replicas=1"]);
    await lives.database.databaseReady();
  });
  afterEach(() => jobs.clear());

  for (const { what, message, hidden, ...differs } of refusals)
    it(`is refused with one sentence, and nothing is changed, when ${what}`, async () => {
      const keys = (await hidden?.(lives)) ?? [];
      await lives.whileHidden(keys, () => refused(differs, message));
    }).timeout(4 * MINUTE);

  it("refuses the permit where anything but claims lies under wal/", async () => {
    const bucket = "lstm-pfd-other";
    await lives.makeBucket(bucket, "wal/of-somebody-else");
    await refused(
      { env: { S3_BUCKET: bucket, PERMIT_INITIALISE: "true" } },
      /restore-database: an empty database may only begin where nothing was ever backed up, and wal\/of-somebody-else is there; remove lstm-pfd:initialise/,
    );
  }).timeout(4 * MINUTE);

  it("refuses the permit in silence where dumps lie", async () => {
    const bucket = "lstm-pfd-dumps";
    await lives.makeBucket(bucket, "db/backup-2026-01-15.sql.gz");
    await refused(
      { env: { S3_BUCKET: bucket, PERMIT_INITIALISE: "true" } },
      /restore-database: an empty database may not begin in silence where dumps of one lie: the newest is s3:\/\/lstm-pfd-dumps\/db\/backup-2026-01-15\.sql\.gz \(20\S+\); .*lstm-pfd:ignoreDumps/,
    );
  }).timeout(4 * MINUTE);

  it("lets one restore at a time work on a volume", async () => {
    await jobs.volume(volume);
    await jobs.start({
      name: "first",
      volume: { claim: volume },
      stop: { at: "restoring base backup", by: "SIGSTOP" },
    });
    const pid = await frozen(lives.home, jobNames.restoreDatabase);
    const before = await state();
    const second = await jobs.run({ name: "second", volume: { claim: volume } });
    process.stdout.write(`${second.message}\n`);
    assert.notEqual(second.exitCode, 0);
    assert.match(
      second.message,
      /restore-database: another pod works on \/var\/lib\/postgresql: it holds the lock \S+; wait until/,
    );
    process.kill(pid, "SIGKILL");
    await jobs.ended("first");
    assert.deepEqual(await state(), before);
  }).timeout(4 * MINUTE);

  async function refused(
    { bytes, fullAt, env }: Pick<Refusal, "bytes" | "fullAt" | "env">,
    message: RegExp,
  ): Promise<void> {
    const before = await state();
    if (bytes === undefined) await jobs.volume(volume);
    const trial: Trial = {
      name: "refused",
      volume: bytes === undefined ? { claim: volume } : { bytes },
      ...(env === undefined ? {} : { env }),
      ...(fullAt === undefined ? {} : { stop: { at: fullAt, by: "FULL" } }),
    };
    const ended = await jobs.run(trial);
    process.stdout.write(`${ended.message}\n`);
    assert.notEqual(ended.exitCode, 0, ended.log);
    assert.match(ended.message, message);
    // One sentence, and no trace of a programming error.
    assert.doesNotMatch(ended.log, /^\s+at .*:\d+:\d+/m);
    assert.deepEqual(await state(), before);
  }

  /** All that is in the vault, but for the tries of the store's conditions. */
  async function state(): Promise<string[]> {
    const versions = await lives.versions("wal/");
    return versions
      .filter(({ key }) => !key.startsWith("wal/probe/"))
      .map(({ key, id, marker }) => `${key} ${id} ${String(marker)}`)
      .sort();
  }
}

function recordOf(generation: number, kind: "claim" | "outcome"): string {
  return `wal/lineage/${String(generation).padStart(4, "0")}-${kind}.json`;
}
