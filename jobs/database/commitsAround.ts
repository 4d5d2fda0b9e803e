import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";
import { CommandError, run } from "../../lib/process";
import { programEnvironment } from "./programEnvironment";
import { queryValue } from "./temporaryServer";
import { segmentAfter } from "./walPosition";

/** The commits on either side of where a replay has paused, ISO. */
export interface CommitsAround {
  /** The last one that came back; null when none was replayed. */
  lastCommit: string | null;
  /** The first one that did not; null when none is archived in the segments that were looked at. */
  firstCommitAfter: string | null;
}

/** How many segments after the target are looked at for the first commit in them. */
const SEGMENTS = 4;

/**
 * Shows where a target was reached, by what lies on both sides of it.
 * @param place.walDirectory of the server that is paused
 * @param place.fetch gets a segment into a file, as restore_command does; false when there is none
 */
export async function commitsAround(
  client: Client,
  place: {
    timeline: number;
    walDirectory: string;
    scratch: string;
    fetch: (segment: string, file: string) => Promise<boolean>;
  },
): Promise<CommitsAround> {
  const before = await queryValue(
    client,
    `select to_char(pg_last_xact_replay_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
  );
  const { timeline, walDirectory, scratch, fetch } = place;
  const position = (await queryValue(client, "select pg_last_wal_replay_lsn()")) ?? "0/0";
  let after = await firstCommit(walDirectory, timeline, position);
  mkdirSync(scratch, { recursive: true });
  let at = position;
  for (let count = 0; after === undefined && count < SEGMENTS; count += 1) {
    const { name, begin } = segmentAfter(timeline, at);
    if (!(await fetch(name, join(scratch, name)))) break;
    after = await firstCommit(scratch, timeline, begin);
    at = begin;
  }
  return { lastCommit: before ?? null, firstCommitAfter: after ?? null };
}

/** Time of the first commit from a position on, in the segments that lie in a directory. */
async function firstCommit(directory: string, timeline: number, lsn: string): Promise<string | undefined> {
  const args = [`--path=${directory}`, `--timeline=${timeline}`, `--start=${lsn}`, "--rmgr=Transaction"];
  const env = { ...programEnvironment(), TZ: "UTC", LC_ALL: "C" };
  let output: string;
  try {
    output = (await run("pg_waldump", args, { env, timeoutMs: 60_000 })).stdout;
  } catch (error) {
    // It ends so at the last segment that is there.
    if (!(error instanceof CommandError)) throw error;
    output = error.stdout;
  }
  return parseFirstCommit(output);
}

/** Time of the first commit in the output of `pg_waldump --rmgr=Transaction`, ISO; undefined when it holds none. */
export function parseFirstCommit(output: string): string | undefined {
  const match = /desc: COMMIT(?:_PREPARED)?\s.*?(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d+)?) UTC/.exec(
    output,
  );
  return match?.[1] === undefined || match[2] === undefined ? undefined : `${match[1]}T${match[2]}Z`;
}
