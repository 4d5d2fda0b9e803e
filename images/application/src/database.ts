import { Pool } from "pg";

/** What the dashboard knows of the table `experiments`. */
export interface Experiments {
  count: number;
  newest: { name: string; createdAt: string } | null;
}

/** What the dashboard asks of the database. Every call fails within seconds when there is no answer. */
export interface Database {
  ping(): Promise<void>;
  experiments(): Promise<Experiments>;
  close(): Promise<void>;
}

/**
 * Connects lazily; `url` as in `postgresql://user:password@host/database`.
 * @throws Error without the URL in it when that is not one
 */
export function connectDatabase(url: string, log: (line: string) => void): Database {
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url))
    throw new Error("DATABASE_URL is not a URL such as postgresql://user@host/database");
  const pool = new Pool({
    connectionString: url,
    max: 3,
    connectionTimeoutMillis: 2_000,
    query_timeout: 3_000,
    application_name: "dashboard",
  });
  pool.on("error", (error) => {
    log(`database: an idle connection broke: ${error.message}`);
  });
  return {
    ping: async () => {
      await pool.query("select 1");
    },
    experiments: async () => {
      const { rows } = await pool.query<{ count: number; name: string | null; created_at: string | null }>(
        `select (select count(*)::int from experiments) as count, newest.name, newest.created_at::text
           from (values (1)) as one
           left join (select name, created_at from experiments order by id desc limit 1) as newest on true`,
      );
      const row = rows[0];
      const newest =
        row?.name && row.created_at !== null ? { name: row.name, createdAt: row.created_at } : null;
      return { count: row?.count ?? 0, newest };
    },
    close: () => pool.end(),
  };
}
