import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Client } from "pg";
import { dumpDatabase, type DumpReport } from "../../../jobs/dumps/dumpDatabase";
import { rowsOf } from "../../../jobs/dumps/dumpManifest";
import { readCommittedDump } from "../../../jobs/dumps/dumpStore";
import { loadDump, type LoadReport } from "../../../jobs/dumps/loadDump";
import { planLoad } from "../../../jobs/dumps/planLoad";
import { dumpKeys } from "../../../jobs/dumps/sealedStream";
import {
  dumpState,
  forgetKept,
  type SwitchPlan,
  switchToDump,
  undoSwitch,
} from "../../../jobs/dumps/switchDatabase";
import { type FakeObjectStore, startFakeObjectStore } from "../../unit/jobs/fakeObjectStore";
import { type PostgresServer, startPostgres } from "../../support/postgresServer";
import { withVariable } from "../../support/variable";
import { postgresqlPrograms, type Programs } from "./programs";

const database = "lstm_pfd";
const silent = (): void => undefined;
const application = { name: "lstm_pfd", password: "in force" };

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
alter database ${database} set search_path to "$user", public, "Other";
alter database ${database} set work_mem to '5MB';
`;

/** Everything of a database that two that are alike have alike, rows and all, with its settings. */
const fingerprint = `select jsonb_build_object(
  'experiments', (select md5(string_agg(e::text, '|' order by id)) from experiments e where name not like '% load %'),
  'my', (select md5(string_agg(t::text, '|')) from "My Table" t),
  'parents', (select array_agg(id order by id) from parent), 'parted', (select count(*) from parted),
  'owners', (select jsonb_object_agg(relname, relowner::regrole::text) from pg_class where relname in ('experiments', 'm', 'v')),
  'rights', (select relacl::text from pg_class where relname = 'experiments'),
  'indexes', (select count(*) from pg_index where indrelid = 'experiments'::regclass),
  'next', (select last_value from experiments_id_seq),
  'f', (select f()), 'large', (select count(*) from pg_largeobject_metadata),
  'settings', (select setconfig from pg_db_role_setting join pg_database on oid = setdatabase where datname = current_database()),
  'sorts', (select datcollate || datctype from pg_database where datname = current_database())) as found`;

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
      let bin: string;
      withVariable("PATH", () => `${bin}:${process.env["PATH"] ?? ""}`);

      const on = async <T>(name: string, work: (client: Client) => Promise<T>): Promise<T> => {
        const client = await server.connect(name);
        try {
          return await work(client);
        } finally {
          await client.end();
        }
      };
      const ask = async <T>(sql: string, name = database): Promise<T> =>
        on(name, async (client) => (await client.query<{ found: T }>(sql)).rows[0]?.found as T);
      const databases = async (): Promise<string[]> =>
        ask(
          "select array_agg(datname::text order by datname) as found from pg_database where not datistemplate",
          "postgres",
        );

      const dump = (form: "custom" | "directory" = "custom"): Promise<DumpReport> =>
        on(database, (client) =>
          dumpDatabase(
            {
              ...{ storage: store.storage, client, socket: server.socket, database, generation: 3, form },
              ...{ passphrase: "passphrase", requireOwn: () => Promise.resolve() },
            },
            silent,
          ),
        );
      const load = (wanted: string, passphrase = "passphrase"): Promise<LoadReport> =>
        on("postgres", (client) =>
          loadDump(
            {
              ...{ storage: store.storage, keyOf: dumpKeys(passphrase), wanted, socket: server.socket },
              ...{ database, volume: server.socket },
            },
            application,
            client,
            silent,
          ),
        );
      const switching = <T>(operation: string, work: (plan: SwitchPlan) => Promise<T>): Promise<T> =>
        on("postgres", (maintenance) =>
          work({
            maintenance,
            socket: server.socket,
            database,
            operation,
            requireOwn: () => Promise.resolve(),
          }),
        );
      const key = (name: string, path: string): string => `db/${name}/${path}`;
      const at = (time: string): void => void (store.now = () => new Date(time));
      /** Refused, with nothing left of it and the living database as it was. */
      const isRefused = async (attempt: () => Promise<unknown>, message: RegExp): Promise<void> => {
        const [before, there] = [await ask<object>(fingerprint), await databases()];
        await assert.rejects(attempt(), message);
        assert.deepEqual(await databases(), there);
        assert.deepEqual(await ask(fingerprint), before);
      };

      before(async () => {
        bin = programs.bin(major);
        chmodSync(dirname(dirname(dirname(bin))), 0o755);
        server = await startPostgres(bin);
        store = await startFakeObjectStore();
        await on("postgres", (client) => client.query(`create database ${database}`));
        await on(database, (client) => client.query(content));
      });
      after(async () => {
        await server.stop();
        await store.close();
      });

      for (const [form, day] of [
        ["custom", "15"],
        ["directory", "16"],
      ] as const)
        it(`are taken under load of one moment, and come back row for row: ${form}`, async () => {
          const count = "select count(*)::int as found from experiments";
          const before = await ask<number>(count);
          let writing = true;
          const writer = on(database, async (client) => {
            for (let number = 0; writing; number += 1)
              await client.query("insert into experiments (name) values ($1)", [`${form} load ${number}`]);
          });
          at(`2026-01-${day}T02:00:00Z`);
          const report = await dump(form).finally(() => (writing = false));
          await writer;
          const manifest = await readCommittedDump(store.storage, report.name);
          const rows = rowsOf(manifest);
          const dumped = rows["public.experiments"] ?? 0;
          assert.ok(dumped >= before && dumped < (await ask<number>(count)));
          assert.deepEqual(
            { ...rows, "public.experiments": 0 },
            {
              ...{ '"Other".t': 7, 'public."My Table"': 2, "public.cache": 1, "public.child": 2 },
              ...{ "public.datasets": 2, "public.experiments": 0, "public.parent": 1, "public.parted_1": 11 },
              "recovery.heartbeat": 1,
            },
          );
          assert.equal(manifest.archive, form);
          assert.match(manifest.walPosition, /^[0-9A-F]+\/[0-9A-F]+$/);

          const loaded = await load(`backup-2026-01-${day}`);
          assert.equal(loaded.rows["public.experiments"], dumped);
          assert.equal(await ask(count, "lstm_pfd_from_dump"), dumped);
          // Who was its superuser is not: the application owns what is in public.
          const living = await ask<Record<string, unknown>>(fingerprint);
          const { owners, ...found } = await ask<Record<string, unknown>>(fingerprint, "lstm_pfd_from_dump");
          const others = { owners: null, next: null, rights: null };
          assert.deepEqual({ ...found, ...others }, { ...living, ...others });
          assert.deepEqual(owners, { experiments: "lstm_pfd", m: "lstm_pfd", v: "lstm_pfd" });
          assert.match(String(found["rights"]), /"?Sara"?=r/);
          // Again: it is there already.
          assert.equal((await load(report.name)).seconds, null);
        });

      it("are told before anything is done", async () => {
        const plan = await on("postgres", (client) =>
          planLoad(
            {
              ...{ storage: store.storage, keyOf: dumpKeys("passphrase"), wanted: "backup-2026-01-15" },
              ...{ socket: server.socket, database, volume: server.socket },
            },
            client,
            silent,
          ),
        );
        assert.equal(plan.layout, "own");
        assert.ok((plan.served["public.experiments"] ?? 0) > (plan.rows["public.experiments"] ?? 0));
        assert.equal(plan.state.loaded?.dump, "backup-2026-01-16-020000");
      });

      it("are switched to in one step while somebody is connected, and back again, and again", async () => {
        const living = await ask<{ experiments: string }>(fingerprint);
        const rows = await ask<number>("select count(*)::int as found from experiments");
        const connected = await server.connect(database);
        const report = await switching("first", (plan) => switchToDump(plan, "backup-2026-01-16-020000"));
        await connected.end().catch(() => undefined);
        assert.equal(report.action, "switched");
        assert.deepEqual(await databases(), ["lstm_pfd", report.kept, "postgres"]);
        assert.ok((await ask<number>("select count(*)::int as found from experiments")) < rows);
        const beat = await ask<number>(
          "select extract(epoch from now() - at)::int as found from recovery.heartbeat",
        );
        assert.ok(beat < 60);
        // A run that died before it could say so asks again.
        assert.deepEqual(
          await switching("first", (plan) => switchToDump(plan, "backup-2026-01-16-020000")),
          report,
        );

        const undone = await switching("second", (plan) => undoSwitch(plan, "backup-2026-01-16"));
        assert.deepEqual(await ask(fingerprint), living);
        assert.equal(await ask("select count(*)::int as found from experiments"), rows);
        assert.deepEqual(await switching("second", (plan) => undoSwitch(plan, "backup-2026-01-16")), undone);
        const { kept } = await on("postgres", (client) => dumpState(client, database));
        assert.deepEqual(
          kept.map(({ name, dump: of }) => [name, of]),
          [[undone.kept, "backup-2026-01-16-020000"]],
        );
        assert.deepEqual(
          await on("postgres", (client) => forgetKept(client, database, "backup-2026-01-15")),
          {
            action: "forgotten",
            removed: [],
          },
        );
        await on("postgres", (client) => forgetKept(client, database, "backup-2026-01-16"));
        assert.deepEqual(await databases(), ["lstm_pfd", "postgres"]);
      });

      it("are not switched to before they are loaded", async () => {
        await isRefused(
          () => switching("third", (plan) => switchToDump(plan, "backup-2026-01-15-020000")),
          /is not loaded: nothing was switched/,
        );
        await isRefused(
          () => switching("third", (plan) => undoSwitch(plan, "backup-2026-01-15")),
          /no database is kept that backup-2026-01-15 has replaced/,
        );
      });

      describe("that are damaged are refused, with the living data untouched:", () => {
        const name = "backup-2026-01-17-020000";
        let whole = new Map<string, Buffer>();
        beforeEach(async () => {
          if (whole.size > 0) return;
          at("2026-01-17T02:00:00Z");
          await dump();
          whole = new Map(store.objects);
        });
        afterEach(() => {
          store.objects.clear();
          for (const [each, bytes] of whole) store.objects.set(each, bytes);
        });
        const part = key(name, "dump.00001");
        const bytes = (): Buffer => store.objects.get(part) ?? Buffer.alloc(0);

        it("cut off at 60 %", async () => {
          store.objects.set(part, bytes().subarray(0, Math.floor(bytes().length * 0.6)));
          await isRefused(() => load(name), /dump\.00001 has \d+ bytes, and the manifest says \d+/);
        });
        it("empty", async () => {
          store.objects.set(part, Buffer.alloc(0));
          await isRefused(() => load(name), /dump\.00001 has 0 bytes/);
        });
        it("missing", async () => {
          store.objects.delete(part);
          await isRefused(() => load(name), /dump\.00001 is missing/);
        });
        it("other bytes of the same length", async () => {
          const changed = Buffer.from(bytes());
          changed.writeUInt8((changed[2000] ?? 0) ^ 1, 2000);
          store.objects.set(part, changed);
          await isRefused(() => load(name), /is damaged/);
        });
        it("another checksum in the manifest", async () => {
          const manifest = store.objects.get(key(name, "manifest.json"))?.toString() ?? "";
          store.objects.set(
            key(name, "manifest.json"),
            Buffer.from(manifest.replace(/"sha256": "\w{8}/, '"sha256": "00000000')),
          );
          await isRefused(() => load(name), /not the manifest that was checked when the dump was committed/);
        });
        it("another passphrase", async () => {
          await isRefused(() => load(name, "another one"), /was encrypted with another passphrase/);
        });
        it("never committed", async () => {
          store.objects.delete(key(name, "committed.json"));
          await isRefused(() => load(name), /was never committed/);
          await isRefused(() => load("backup-2026-01-17"), /no dump backup-2026-01-17 that was read back/);
        });
      });

      it("are not committed when the database is empty, and none takes the place of a good one", async () => {
        at("2026-01-18T02:00:00Z");
        await on("postgres", (client) => client.query(`alter database ${database} rename to aside`));
        try {
          await on("postgres", (client) => client.query(`create database ${database}`));
          await assert.rejects(dump(), /has no table: there is nothing to dump/);
          await on(database, (client) => client.query("create table experiments (id int)"));
          at("2026-01-18T02:00:01Z");
          await assert.rejects(dump(), /has no row in any of its 1 tables, and the dump before has/);
          assert.ok(![...store.objects.keys()].some((each) => /2026-01-18.*committed/.test(each)));
        } finally {
          await on("postgres", (client) => client.query(`drop database ${database}`));
          await on("postgres", (client) => client.query(`alter database aside rename to ${database}`));
        }
      });

      it("are not committed when the site has been superseded meanwhile", async () => {
        at("2026-01-19T02:00:00Z");
        await on(database, (client) =>
          assert.rejects(
            dumpDatabase(
              {
                ...{ storage: store.storage, client, socket: server.socket, database, generation: 3 },
                ...{ passphrase: "passphrase", requireOwn: () => Promise.reject(new Error("another site")) },
              },
              silent,
            ),
            /another site/,
          ),
        );
        assert.ok(![...store.objects.keys()].some((each) => /2026-01-19.*(committed|manifest)/.test(each)));
      });

      describe("of the runbook (pg_dump | gzip)", () => {
        let sql: string;
        const put = (day: string, bytes: Buffer): void =>
          void store.objects.set(`db/backup-2025-01-${day}.sql.gz`, bytes);

        before(() => {
          const pgDump = spawnSync(
            join(bin, "pg_dump"),
            [`--host=${server.socket}`, "--username=postgres", database],
            { encoding: "utf8", maxBuffer: 1024 ** 3 },
          );
          assert.equal(pgDump.status, 0, pgDump.stderr);
          // As another server wrote it: with an owner, and with an extension and a setting that this one lacks.
          sql = pgDump.stdout
            .replaceAll("OWNER TO postgres", "OWNER TO dba")
            .replace(
              /(SET row_security = off;\n)/,
              "$1SET a_later_setting = 0;\nCREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public;\nCOMMENT ON EXTENSION postgis IS 'x; y';\n",
            );
        });

        it("come back row for row, with an owner and an extension that the server lacks", async () => {
          put("15", gzipSync(sql));
          const report = await load("backup-2025-01-15");
          assert.equal(report.dump, "backup-2025-01-15.sql.gz");
          const left = report.notes.join("; ");
          for (const what of [
            /the owner dba/,
            /the extension postgis/,
            /the setting a_later_setting/,
            /rights/,
          ])
            assert.match(left, what);
          const living = await ask<Record<string, unknown>>(fingerprint);
          const { owners, ...found } = await ask<Record<string, unknown>>(fingerprint, "lstm_pfd_from_dump");
          const others = { owners: null, rights: null };
          assert.deepEqual({ ...found, ...others }, { ...living, ...others });
          assert.deepEqual(owners, { experiments: "lstm_pfd", m: "lstm_pfd", v: "lstm_pfd" });
          assert.equal(
            await ask(
              "select tableowner::text as found from pg_tables where schemaname = 'Other'",
              "lstm_pfd_from_dump",
            ),
            "lstm_pfd",
          );
          const switched = await switching("plain", (plan) => switchToDump(plan, report.dump));
          assert.deepEqual(await databases(), ["lstm_pfd", switched.kept, "postgres"]);
          await switching("plain undo", (plan) => undoSwitch(plan, report.dump));
          await on("postgres", (client) => forgetKept(client, database, report.dump));
        });

        for (const [day, what, bytes, message] of [
          [
            "01",
            "cut off at 60 %",
            () => gzipSync(sql).subarray(0, gzipSync(sql).length * 0.6),
            /is cut off: its compressed data has no end/,
          ],
          [
            "02",
            "cut off before it was compressed",
            () => gzipSync(sql.slice(0, sql.length * 0.6)),
            /is cut off: it ends/,
          ],
          [
            "03",
            "without its last line",
            () => gzipSync(sql.replace("-- PostgreSQL database dump complete", "--")),
            /is cut off: it ends without the line/,
          ],
          ["04", "empty", () => Buffer.alloc(0), /is empty/],
          ["05", "empty, and compressed", () => gzipSync(""), /is cut off/],
          [
            "06",
            "without a table",
            () => gzipSync("--\n-- PostgreSQL database dump complete\n--\n"),
            /holds no table/,
          ],
          ["07", "not compressed", () => Buffer.from(sql), /is damaged, or not compressed by gzip/],
          [
            "08",
            "wrong at a place",
            () => {
              const packed = gzipSync(sql);
              packed.writeUInt8((packed[5000] ?? 0) ^ 255, 5000);
              return packed;
            },
            /is damaged/,
          ],
          [
            "09",
            "with a command of psql",
            () => gzipSync(sql.replace("SET row_security", "\\! true\nSET row_security")),
            /has a command of psql/,
          ],
          [
            "10",
            "of several databases",
            () => gzipSync(`\\connect a\n\\connect b\n${sql}`),
            /it holds several databases/,
          ],
          [
            "11",
            "with a statement that this server does not know",
            () => gzipSync(sql.replace("SET row_security", "CREATE NONSENSE;\nSET row_security")),
            /could not be loaded .*psql ended with code 3.*syntax error/,
          ],
          [
            "12",
            "with rows that are there twice",
            () => gzipSync(sql.replace(/^(1\t.*experiment 1\t.*\n)/m, "$1$1")),
            /could not be loaded/,
          ],
        ] as const)
          it(`are refused when one is ${what}`, async () => {
            put(day, Buffer.from(bytes()));
            await isRefused(() => load(`backup-2025-01-${day}`), message);
          });
      });
    });
});
