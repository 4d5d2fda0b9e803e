import type { Client } from "pg";
import { Failure, reasonOf } from "../../lib/failure";
import { socketClient } from "./socketClient";

/**
 * A superuser's connection to a database of the server beside this pod.
 * @throws Failure when it does not answer
 */
export async function connectTo(socket: string, database: string, application: string): Promise<Client> {
  const client = socketClient(socket, database, {
    application_name: application,
    connectionTimeoutMillis: 20_000,
  });
  try {
    await client.connect();
    return client;
  } catch (error) {
    throw new Failure(
      `no connection to database ${database} by the socket in ${socket}: ${reasonOf(error)}`,
      "check that the PostgreSQL pod runs on this node and is ready",
    );
  }
}
