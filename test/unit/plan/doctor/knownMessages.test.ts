import assert from "node:assert/strict";
import { knownMessage } from "../../../../plan/doctor/knownMessages";

const table: [string, RegExp | undefined][] = [
  ["start-postgres: this database is not served any more: site-b", /another site/],
  [
    "start-postgres: /x/pgdata is empty; run the restore of the database (restore-database) before the server starts",
    /no database that was opened/,
  ],
  [
    "start-postgres: /x/lineage does not say that this database was opened as a generation; run",
    /no database that was opened/,
  ],
  ["start-postgres: x was written by PostgreSQL 15 and this image holds 17; use", /another major version/],
  ['FATAL:  could not write to file "pg_wal/xlogtemp.31": No space left on device', /full/],
  ["start-postgres: another pod runs a server on /x; wait until it has ended", /another pod/],
  ["PANIC:  could not locate a valid checkpoint record", /files of the database are damaged/],
  ["FATAL:  could not map anonymous shared memory: Cannot allocate memory", /too little memory/],
  ['FATAL:  password authentication failed for user "lstm_pfd"', /password/],
  ["backup-database: the access key was refused (InvalidAccessKeyId); check", /refuses the pod's key/],
  ["the clock of this node differs by more than 15 minutes from the store's (RequestTimeTooSkewed)", /clock/],
  [
    'psycopg2.OperationalError: could not translate host name "lstm-pfd-postgresql" to address',
    /name is not found/,
  ],
  [
    "RuntimeError: PytorchStreamReader failed reading zip archive: failed finding central directory",
    /model does not load/,
  ],
  ["FileNotFoundError: no such file: /app/checkpoints/best_model.pth", /model does not load/],
  ["Error: connect ECONNREFUSED 10.96.0.12:5432", /database does not answer/],
  ["redis.exceptions.ConnectionError: Error 111 connecting to redis: Connection refused.", /Redis/],
  ["MISCONF Redis is configured to save RDB snapshots", /Redis/],
  ["listening on port 8050", undefined],
  ["checkpoint complete: wrote 3 buffers", undefined],
  ["", undefined],
];

describe("doctor: known lines of logs", () => {
  for (const [line, means] of table)
    it(`knows what "${line.slice(0, 60)}" means`, () => {
      const found = knownMessage(`before\n${line}\nafter`);
      if (means === undefined) assert.equal(found, undefined);
      else {
        assert.match(found?.message.means ?? "", means);
        assert.equal(found?.line, line);
      }
    });
});
