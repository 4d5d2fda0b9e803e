import { Client, type ClientConfig } from "pg";

/**
 * A superuser's connection to the server whose socket is in a directory, not yet opened. A server that goes away is noticed by the next query.
 */
export function socketClient(
  directory: string,
  database: string,
  options: Pick<ClientConfig, "application_name" | "connectionTimeoutMillis">,
): Client {
  const client = new Client({ host: directory, user: "postgres", database, ...options });
  client.on("error", () => undefined);
  return client;
}
