import type { Client } from "pg";
import { Failure, reasonOf } from "../../lib/failure";

/** The application's role and what it owns. */
export interface ApplicationRole {
  name: string;
  password: string;
  database: string;
}

/**
 * Ownership of everything in a schema that is not the application's yet; what an extension brought stays its own.
 * Sequences of a column and indexes follow their table.
 */
const OWN_EVERYTHING = `
do $body$
declare
  application regrole := (select current_setting('recovery.role')::regrole);
  own regnamespace := (select current_setting('recovery.schema')::regnamespace);
  statement text;
begin
  for statement in
    select format('alter %s %s.%I owner to %s',
        case relation.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence'
          when 'f' then 'foreign table' else 'table' end,
        own, relation.relname, application)
      from pg_class relation
      where relation.relnamespace = own and relation.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
        and relation.relowner <> application
        and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = relation.oid
          and (deptype = 'e' or (relation.relkind = 'S' and deptype in ('a', 'i'))))
    union all
    select format('alter type %s.%I owner to %s', own, type.typname, application)
      from pg_type type
      where type.typnamespace = own and type.typtype in ('e', 'd') and type.typowner <> application
        and not exists (select from pg_depend where classid = 'pg_type'::regclass and objid = type.oid and deptype = 'e')
    union all
    select format('alter routine %s owner to %s', routine.oid::regprocedure, application)
      from pg_proc routine
      where routine.pronamespace = own and routine.proowner <> application
        and not exists (select from pg_depend where classid = 'pg_proc'::regclass and objid = routine.oid and deptype = 'e')
  loop
    execute statement;
  end loop;
end
$body$`;

/**
 * Makes the role able to log in with the password in force and owner of its database: a restored database knows the
 * password of another day. `client` is a superuser's connection to that database. The password goes in as a parameter and
 * PostgreSQL stores its SCRAM hash.
 */
export async function reconcileApplicationRole(client: Client, role: ApplicationRole): Promise<void> {
  try {
    await client.query("begin");
    await client.query("set local password_encryption = 'scram-sha-256'");
    const known = await client.query("select from pg_roles where rolname = $1", [role.name]);
    if (known.rowCount === 0) await execute(client, "create role %I", [role.name]);
    await execute(
      client,
      "alter role %I login nosuperuser nocreaterole nocreatedb noreplication password %L",
      [role.name, role.password],
    );
    await execute(client, "alter role %I valid until 'infinity'", [role.name]);
    await execute(client, "alter database %I owner to %I", [role.database, role.name]);
    await execute(client, "grant usage on schema recovery to %I", [role.name]);
    await execute(client, "grant select on recovery.heartbeat to %I", [role.name]);
    await ownSchema(client, role.name, "public");
    await client.query("commit");
  } catch (error) {
    throw new Failure(
      `role ${role.name} could not be set up in database ${role.database}: ${reasonOf(error)}`,
      "fix what the message names, then run this again",
    );
  }
}

/** Makes a role the owner of a schema and of everything in it. Within a transaction of the caller's. */
export async function ownSchema(client: Client, role: string, schema: string): Promise<void> {
  await client.query(
    "select set_config('recovery.role', quote_ident($1), true), set_config('recovery.schema', quote_ident($2), true)",
    [role, schema],
  );
  await execute(client, "alter schema %I owner to %I", [schema, role]);
  await client.query(OWN_EVERYTHING);
}

/** Runs a statement that takes no parameters, with names (%I) and literals (%L) quoted by the server. */
export async function execute(client: Client, template: string, values: readonly string[]): Promise<void> {
  const places = values.map((_, index) => `$${index + 2}::text`).join(", ");
  const { rows } = await client.query<{ statement: string }>(`select format($1, ${places}) as statement`, [
    template,
    ...values,
  ]);
  await client.query(rows[0]?.statement ?? "");
}
