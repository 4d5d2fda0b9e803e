import assert from "node:assert/strict";
import { jobNames, names } from "../../../plan/names";
import { chainOf } from "../../../jobs/lineage/chain";
import { OperationError } from "../../../automation/operation";
import type { Lives } from "./lives";
import { RestoreJobs } from "./restoreJobs";

const MINUTE = 60_000;

/**
 * What a program without claims did when somebody recovered to rehearse: it went back into the path that it had read. Base backup, a
 * server on it, promotion to the next free timeline, a table, and everything archived among the segments of the site that lives.
 */
const rehearsalOfOld = `
set -eu
cd "$PGDATA/.."
export PGBACKREST_REPO1_PATH=/wal/generation-0001/repository PGHOST=/tmp PGUSER=postgres
push="PGBACKREST_REPO1_S3_KEY=$ARCHIVE_S3_KEY PGBACKREST_REPO1_S3_KEY_SECRET=$ARCHIVE_S3_KEY_SECRET"
mkdir -p pgdata spool run
chmod 0700 pgdata
pgbackrest --stanza=main --pg1-path="$PGDATA" --type=immediate --target-action=promote restore
cat >> "$PGDATA/postgresql.auto.conf" <<END
archive_mode = 'on'
hot_standby = 'off'
archive_command = '$push pgbackrest --stanza=main --pg1-path=$PGDATA archive-push %p'
listen_addresses = ''
unix_socket_directories = '/tmp'
END
pg_ctl --pgdata="$PGDATA" --wait --timeout=120 --log=/tmp/log start || { cat /tmp/log; exit 1; }
until psql --dbname=lstm_pfd --quiet --command='create table public.of_the_rehearsal (row int)' 2>/dev/null; do sleep 0.2; done
psql --dbname=lstm_pfd --command='update recovery.heartbeat set at = clock_timestamp()'
psql --dbname=lstm_pfd --command='select pg_switch_wal()'
pg_ctl --pgdata="$PGDATA" --wait --mode=fast stop
ls "$PGDATA/pg_wal/archive_status"
pg_controldata "$PGDATA" | grep TimeLineID
`;

/** A site that lives in a vault from before there were claims: nothing on its volume or in the vault names a generation. */
export function livingAdoptionCases(lives: Lives): void {
  it("is adopted where its database lives: the path becomes generation 1, and goes on", async () => {
    const before = await lives.lineage();
    await lives.database.call([
      "exec",
      `statefulset/${names.databaseStatefulSet}`,
      `--container=${names.databaseContainer}`,
      "--",
      "rm",
      `${names.databaseDirectory}/lineage`,
    ]);
    await lives.erase(await lives.versions("wal/lineage/"));
    const jobs = new RestoreJobs(lives.database);
    await jobs.open();
    const kept = await jobs.run({ name: "adopts", volume: { claim: names.databaseClaim } });
    await jobs.clear();
    assert.equal(kept.exitCode, 0, kept.message);
    assert.deepEqual([kept.result?.["action"], kept.result?.["generation"]], ["kept", 1]);
    const { generations } = await lives.lineage();
    assert.deepEqual(
      generations.map(({ claim, outcome }) => [claim.reason, outcome?.state]),
      [["adopted", "opened"]],
    );
    assert.notEqual(generations[0]?.claim.life, before.generations[0]?.claim.life);
    // It archives again, which it must not without a generation.
    await lives.write();
    await lives.assertRows();
  }).timeout(6 * MINUTE);
}

/**
 * A vault from before there were claims: somebody has rehearsed into its one path, its site has gone on for a while, and is lost.
 * What that site wrote last is all that must come back.
 */
export function adoptionCases(lives: Lives): void {
  it("refuses to guess between two timelines, and names both", async () => {
    const jobs = new RestoreJobs(lives.database);
    await jobs.open();
    await jobs.volume("rehearsal");
    const rehearsed = await jobs.run({
      name: "rehearsal",
      volume: { claim: "rehearsal" },
      command: ["tini", "--", "sh", "-c", rehearsalOfOld],
    });
    assert.equal(rehearsed.exitCode, 0, `${rehearsed.message}\n${rehearsed.log}`);
    assert.match(rehearsed.log, /TimeLineID: +2$/m);
    await lives.write();
    await lives.lose(lives.home);
    await lives.erase(await lives.versions("wal/lineage/"));
    await assert.rejects(lives.bringUp(lives.elsewhere), (error) => {
      assert.ok(error instanceof OperationError, String(error));
      process.stdout.write(`${error.message}\n`);
      assert.match(
        error.message,
        new RegExp(
          `${jobNames.restoreDatabase}: more than one site has archived into the path of generation 1 until the end, and nothing tells which is the right one: timeline 1, \\S+ to \\S+, archived from 20\\S+ to 20\\S+; timeline 2, \\S+ to \\S+, archived from .*lstm-pfd:adoptTimeline`,
        ),
      );
      return true;
    });
    assert.deepEqual(await lives.keys("wal/lineage/"), []);
  }).timeout(10 * MINUTE);

  it("is taken over on the timeline that is named, with every row of it, and none of the other", async () => {
    const { elsewhere } = lives;
    await lives.bringUp(elsewhere, { adoptTimeline: "1", takeOver: "1" });
    lives.living = elsewhere;
    await lives.assertRows();
    assert.equal(await lives.database.value("select to_regclass('public.of_the_rehearsal') is null"), "t");
    const lineage = await lives.lineage();
    assert.deepEqual(
      lineage.generations.map(({ claim, outcome }) => [claim.reason, outcome?.state]),
      [
        ["adopted", "opened"],
        ["recovery", "opened"],
      ],
    );
    const [first] = lineage.generations;
    assert.ok(first?.outcome?.state === "opened");
    assert.deepEqual([first.outcome.timeline, first.outcome.deadTimelines], [1, [2]]);
    assert.deepEqual(
      chainOf(lineage, 2).stretches.map(({ generation }) => generation),
      [1, 2],
    );
  }).timeout(8 * MINUTE);
}
