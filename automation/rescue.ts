import { jobNames, names } from "../plan/names";
import type { Kubectl } from "./kubectl";
import { runThrowAway } from "./runThrowAway";

const limitSeconds = 12 * 3600;

/** What is rescued, and from when. */
export interface RescueRequest {
  table: string;
  to: string;
}

/**
 * Brings one table of a living platform back as it was, into a schema of its own. The platform goes on meanwhile.
 * @returns what the command says of it
 * @throws Error with the command's own sentence: then the living database is as it was
 */
export async function rescueTable(
  kubectl: Kubectl,
  { table, to }: RescueRequest,
  detail: (text: string) => void,
): Promise<unknown> {
  const password = {
    name: "DB_PASSWORD",
    valueFrom: { secretKeyRef: { name: names.applicationSecret, key: "DB_PASSWORD" } },
  };
  const told = { TABLE: table, RESTORE_TO: to, ROOM_BYTES: String(await roomOf(kubectl)) };
  const { result } = await runThrowAway(
    kubectl,
    {
      name: jobNames.rescue,
      command: [jobNames.rescue],
      environment: [...Object.entries(told).map(([name, value]) => ({ name, value })), password],
      limitSeconds,
    },
    detail,
  );
  return result;
}

/** Bytes that are free on the volume of the living database. @throws Error when its pod does not say */
async function roomOf(kubectl: Kubectl): Promise<number> {
  const answer = await kubectl.call([
    "exec",
    `statefulset/${names.databaseStatefulSet}`,
    `--container=${names.databaseContainer}`,
    "--",
    "df",
    "--block-size=1",
    "--output=avail",
    names.databaseDirectory,
  ]);
  return parseRoom(answer);
}

/** @throws Error for what is no answer of df */
export function parseRoom(answer: string): number {
  const bytes = answer.trim().split("\n").at(-1)?.trim() ?? "";
  if (!/^\d+$/.test(bytes))
    throw new Error(
      `the pod of the database does not say how much room its volume has ("${answer.trim()}"): see whether it runs, then run this again`,
    );
  return Number(bytes);
}
