import assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import { dirname } from "node:path";
import type { Client } from "pg";
import { dumpDatabase, type DumpReport } from "../../../jobs/dumps/dumpDatabase";
import { rowsOf } from "../../../jobs/dumps/dumpManifest";
import { readCommittedDump } from "../../../jobs/dumps/dumpStore";
import { type FakeObjectStore, startFakeObjectStore } from "../../unit/jobs/fakeObjectStore";
import { type PostgresServer, startPostgres } from "../../support/postgresServer";
import { withVariable } from "../../support/variable";
import { postgresqlPrograms, type Programs } from "./programs";

const database = "lstm_pfd";

/** What a database has that is hard to bring back. */
const content = `
create role lstm_pfd login password 'hidden';
create role "Sara" nologin;
create schema recovery;
create table recovery.heartbeat (id int primary key, at timestamptz not null);
insert into recovery.heartbeat values (1, now());
create type mood as enum ('good', 'bad');
create table datasets (id serial primary key, name text unique not null);
create table experiments (id serial primary key, dataset int references datasets, name text unique not null, mood mood, bytes bytea, note text);
create table "My Table" ("a;b" int, "say ""no""" text);
alter table "My Table" owner to "Sara";
create schema "Other"; create table "Other".t (id int); insert into "Other".t select generate_series(1, 7);
create table parent (id int); create table child () inherits (parent);
insert into parent values (1); insert into child values (2), (3);
create table parted (id int, at date) partition by range (at);
create table parted_1 partition of parted for values from ('2026-01-01') to ('2026-02-01');
insert into parted select i, '2026-01-15' from generate_series(1, 11) i;
create unlogged table cache (id int); insert into cache values (1);
create view v as select count(*) from experiments;
create materialized view m as select name from experiments;
create function f() returns int language sql begin atomic select 1; select 2; end;
create function g() returns void language plpgsql as $_$ begin perform 1; -- \\.
end $_$;
insert into datasets (name) values ('one'), ('two');
insert into experiments (dataset, name, mood, bytes, note)
  select 1 + i % 2, 'experiment ' || i, 'good', decode(md5(i::text), 'hex'), E'tab\\t newline\\n backslash \\\\. ü €' from generate_series(1, 5000) i;
insert into "My Table" values (1, E'\\\\.'), (2, null);
grant select on experiments to "Sara";
select lo_from_bytea(0, 'a large object');
`;

describe("dumps, as PostgreSQL's programs know them", function () {
  let programs: Programs;
  before(async () => {
    programs = await postgresqlPrograms();
  });
  after(() => {
    programs.remove();
  });

  for (const major of [16, 18] as const)
    describe(`PostgreSQL ${major}`, () => {
      let server: PostgresServer;
      let store: FakeObjectStore;
      let client: Client;
      let path: string;
      withVariable("PATH", () => path);

      const dump = async (form: "custom" | "directory" = "custom"): Promise<DumpReport> => {
        const own = await server.connect(database);
        try {
          return await dumpDatabase(
            {
              storage: store.storage,
              client: own,
              socket: server.socket,
              database,
              generation: 3,
              passphrase: "passphrase",
              requireOwn: () => Promise.resolve(),
              form,
            },
            () => undefined,
          );
        } finally {
          await own.end();
        }
      };

      before(async () => {
        const bin = programs.bin(major);
        chmodSync(dirname(dirname(dirname(bin))), 0o755);
        path = `${bin}:${process.env["PATH"] ?? ""}`;
        server = await startPostgres(bin);
        store = await startFakeObjectStore();
        const maintenance = await server.connect();
        await maintenance.query(`create database ${database}`);
        await maintenance.end();
        client = await server.connect(database);
        await client.query(content);
      });

      after(async () => {
        await client.end();
        await server.stop();
        await store.close();
      });

      for (const form of ["custom", "directory"] as const)
        it(`are taken under load, of one moment, row for row: ${form}`, async () => {
          const counted = async (): Promise<number> =>
            Number(
              (await client.query<{ count: string }>("select count(*) from experiments")).rows[0]?.count,
            );
          const before = await counted();
          let writing = true;
          const load = (async () => {
            const writer = await server.connect(database);
            for (let count = 0; writing; count += 1)
              await writer.query("insert into experiments (name) values ($1)", [`${form} load ${count}`]);
            await writer.end();
          })();
          store.now = () => new Date(form === "custom" ? "2026-01-15T02:00:00Z" : "2026-01-16T02:00:00Z");
          const report = await dump(form);
          writing = false;
          await load;
          const manifest = await readCommittedDump(store.storage, report.name);
          const rows = rowsOf(manifest);
          assert.ok((rows["public.experiments"] ?? 0) >= before);
          assert.ok((rows["public.experiments"] ?? 0) < (await counted()));
          assert.deepEqual(
            { ...rows, "public.experiments": 0 },
            {
              '"Other".t': 7,
              'public."My Table"': 2,
              "public.cache": 1,
              "public.child": 2,
              "public.datasets": 2,
              "public.experiments": 0,
              "public.parent": 1,
              "public.parted_1": 11,
              "recovery.heartbeat": 1,
            },
          );
          assert.equal(manifest.archive, form);
          assert.equal(manifest.largeObjects, 1);
          assert.deepEqual(
            manifest.roles,
            ["Sara", "lstm_pfd"].filter((role) => role === "Sara"),
          );
          assert.match(manifest.walPosition, /^[0-9A-F]+\/[0-9A-F]+$/);
          assert.equal(manifest.serverVersion.split(".")[0], String(major));
        });
    });
});
