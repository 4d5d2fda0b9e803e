import type { Client } from "pg";
import { execute } from "../database/applicationRole";
import { queryValue } from "../database/temporaryServer";
import type { RowsByTable } from "./dumpManifest";

/** What is noted of a database that a dump has to do with. Lies in the database "postgres", and goes with the cluster wherever it goes. */
export interface DatabaseNote {
  /** Dump that it was loaded from; null for one that was there before. */
  dump: string | null;
  /** Of the dump, so that another one of its name is seen. */
  fingerprint?: string;
  /** When the dump's moment was. */
  takenAt?: string;
  /** Once it was loaded, and its rows agree with the dump. */
  loaded?: { at: string; rows: RowsByTable; notes: string[] };
  /** Switch that has put it into service. */
  servedBy?: { operation: string; at: string; dump: string };
  /** Since when, and for which dump, it is kept aside. */
  kept?: { at: string; dump: string };
}

/** A database of the cluster and its note. */
export interface NotedDatabase {
  name: string;
  note: DatabaseNote;
}

/** Name of the database that a dump is loaded into, beside the one that is served. */
export function besideName(database: string): string {
  return `${database}_from_dump`;
}

/** Name under which a database is kept that was served until a time. */
export function keptName(database: string, at: Date): string {
  const digits = at.toISOString().replace(/\D/g, "");
  return `${database}_kept_${digits.slice(0, 8)}_${digits.slice(8)}`;
}

/** All databases with a note. Notes of databases that are gone do not count. @param client to the database "postgres" */
export async function readNotes(client: Client): Promise<NotedDatabase[]> {
  if ((await queryValue(client, "select to_regclass('recovery.dump_databases')::text")) === undefined)
    return [];
  const { rows } = await client.query<NotedDatabase>(
    `select datname::text as name, note from recovery.dump_databases
      join pg_database on pg_database.oid = dump_databases.oid order by datname`,
  );
  return rows;
}

/** Writes the note of a database, in place of the one that it has; within a transaction of the caller's, if there is one. */
export async function writeNote(client: Client, name: string, note: DatabaseNote): Promise<void> {
  await client.query("create schema if not exists recovery");
  await client.query(
    "create table if not exists recovery.dump_databases (oid oid primary key, note jsonb not null)",
  );
  await client.query(
    `insert into recovery.dump_databases select oid, $2::jsonb from pg_database where datname = $1
      on conflict (oid) do update set note = excluded.note`,
    [name, JSON.stringify(note)],
  );
}

/** Removes a database and its note; nothing to do where there is none. Whoever is connected to it is disconnected. */
export async function dropDatabase(client: Client, name: string): Promise<void> {
  await execute(client, "drop database if exists %I with (force)", [name]);
  if ((await queryValue(client, "select to_regclass('recovery.dump_databases')::text")) !== undefined)
    await client.query(
      "delete from recovery.dump_databases where not exists (select from pg_database where pg_database.oid = dump_databases.oid)",
    );
}

/** What of `pg_database` makes two databases sort and compare alike; the columns differ between releases. */
interface DatabaseLocale {
  encoding: string;
  datcollate: string;
  datctype: string;
  datlocprovider?: string;
  /** From 17 on. */
  datlocale?: string | null;
  /** Of 15 and 16. */
  daticulocale?: string | null;
}

/** Settings that hold a list of names, which are quoted already. */
const LISTS = ["search_path", "temp_tablespaces", "session_preload_libraries", "local_preload_libraries"];

/** Makes an empty database that sorts as another one does, and has the settings that the other one has of its own. */
export async function createLike(client: Client, name: string, model: string): Promise<void> {
  const { rows } = await client.query<{ found: DatabaseLocale }>(
    `select to_jsonb(d) || jsonb_build_object('encoding', pg_encoding_to_char(encoding)) as found
      from pg_database d where datname = $1`,
    [model],
  );
  const [found] = rows.map((row) => row.found);
  if (found === undefined) throw new Error(`there is no database ${model}`);
  const provider = found.datlocprovider ?? "c";
  const locale = found.datlocale ?? found.daticulocale ?? null;
  const [providerName, localeOption] =
    provider === "i"
      ? ["icu", "icu_locale"]
      : provider === "b"
        ? ["builtin", "builtin_locale"]
        : ["libc", ""];
  const ofProvider = localeOption === "" || locale === null ? "" : ` ${localeOption} %L`;
  await execute(
    client,
    `create database %I template template0 encoding %L lc_collate %L lc_ctype %L locale_provider ${providerName}${ofProvider}`,
    [name, found.encoding, found.datcollate, found.datctype, ...(ofProvider === "" ? [] : [locale ?? ""])],
  );
  const settings = await client.query<{ role: string | null; setting: string }>(
    `select rolname::text as role, unnest(setconfig) as setting
      from pg_db_role_setting left join pg_roles on pg_roles.oid = setrole
      where setdatabase = (select oid from pg_database where datname = $1)`,
    [model],
  );
  for (const { role, setting } of settings.rows) {
    const at = setting.indexOf("=");
    const [key, value] = [setting.slice(0, at), setting.slice(at + 1)];
    const whose = role === null ? "alter database %I" : "alter role %I in database %I";
    const names = role === null ? [name] : [role, name];
    const isList = LISTS.includes(key);
    await execute(client, `${whose} set ${key} to ${isList ? value.replaceAll("%", "%%") : "%L"}`, [
      ...names,
      ...(isList ? [] : [value]),
    ]);
  }
}
