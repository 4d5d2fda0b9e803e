import type { Client } from "pg";
import { runCommand } from "../command";
import { forgetKept } from "../database/forgetKept";
import { replaceDatabase } from "../database/replaceDatabase";
import { planReplacement } from "../database/replacementPlan";
import { replacementState } from "../database/replacementState";
import { openForRestore, restoreSettings, restoreVariables } from "../database/restoreEnvironment";
import { socketClient } from "../database/socketClient";
import { undoReplacement } from "../database/undoReplacement";
import { lockVolume, type Volume, volumeOf } from "../database/volume";
import { integer, readEnvironment, text } from "../environment";
import { Failure } from "../../lib/failure";
import { jobNames } from "../../plan/names";

runCommand(jobNames.replaceDatabase, 12 * 60, async (log) => {
  const [action] = process.argv.slice(2);
  const environment = readEnvironment(process.env, {
    ...restoreVariables,
    operation: text("OPERATION"),
    generation: integer("GENERATION", 1, 0),
  });
  const { database, operation } = environment;
  const volume = volumeOf(environment.pgdata);
  const place = {
    volume,
    operation,
    ...restoreSettings(environment),
    ...(await openForRestore(environment, log)),
  };
  if (action === "plan")
    return withServer(volume, database, (client) => planReplacement({ ...place, client }, log));
  const generation = environment.generation === 0 ? undefined : environment.generation;
  if (action === "forget") return forgetKept(volume, generation, log);
  if (action === "state") {
    const lineage = await place.store.read();
    return withServer(volume, database, (client) => replacementState(volume, lineage, client));
  }
  lockVolume(volume);
  switch (action) {
    case "replace":
      return replaceDatabase(place, log);
    case "undo":
      return undoReplacement({ ...place, generation }, log);
    default:
      throw new Failure(
        `"${action ?? ""}" is nothing that can be done to a database in place`,
        "run it as `replace-database plan`, `state`, `replace`, `undo` or `forget`",
      );
  }
});

/** With a connection to the server on the volume, where one answers. */
async function withServer<T>(
  volume: Volume,
  database: string,
  work: (client: Client | undefined) => Promise<T>,
): Promise<T> {
  const client = socketClient(volume.run, database, {
    application_name: jobNames.replaceDatabase,
    connectionTimeoutMillis: 10_000,
  });
  try {
    await client.connect();
  } catch {
    return work(undefined);
  }
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
