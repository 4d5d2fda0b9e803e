import { join } from "node:path";
import { repositoryPath } from "../../plan/repository";
import { segmentName } from "../database/walPosition";
import type { Chain } from "./chain";

/**
 * The table that `wal-get` looks files up in, one stretch a line: timeline, first segment, end (exclusive; `-` for none), path of the
 * repository, and what an absent segment means: `end` on the last stretch, an `error` on all others. Timeline and numbers as they
 * stand in the names of segments.
 */
export function walTable({ stretches }: Chain): string {
  return stretches
    .map(({ timeline, generation, from, end }) => {
      const first = segmentName(timeline, from);
      const absent = end === undefined ? "end" : "error";
      return `${first.slice(0, 8)} ${first.slice(8)} ${end === undefined ? "-" : segmentName(timeline, end).slice(8)} ${repositoryPath(generation)} ${absent}\n`;
    })
    .join("");
}

/** File of a timeline's history among those that `wal-get` gives out. */
export function historiesFile(directory: string, name: string): string {
  return join(directory, name);
}
