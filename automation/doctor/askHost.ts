import { lookup } from "node:dns/promises";
import { existsSync } from "node:fs";
import { stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import type { Disk, LookedUp } from "../../plan/doctor/facts";

/** A directory, and what is in it, for people. */
export interface Place {
  path: string;
  holds: string;
}

/** The file systems of directories, or of what they will be made in; one that holds several is named once. */
export async function askDisks(places: readonly Place[]): Promise<Disk[]> {
  const disks = new Map<number, Disk>();
  for (const { path, holds } of places) {
    const there = nearest(path);
    const { dev } = await stat(there);
    const { bsize, blocks, bavail } = await statfs(there);
    const before = disks.get(dev);
    disks.set(dev, {
      path: before?.path ?? there,
      holds: before === undefined ? holds : `${before.holds}, ${holds}`,
      totalBytes: bsize * blocks,
      freeBytes: bsize * bavail,
    });
  }
  return [...disks.values()];
}

function nearest(path: string): string {
  return existsSync(path) ? path : nearest(dirname(path));
}

/** Looks names up, as every program of this machine does. @param find replaced by tests */
export async function askNames(
  wanted: readonly Omit<LookedUp, "failed">[],
  find: (name: string) => Promise<unknown> = lookup,
): Promise<LookedUp[]> {
  return Promise.all(
    wanted.map(async (each) => {
      try {
        await find(each.name);
        return each;
      } catch (error) {
        return { ...each, failed: (error as NodeJS.ErrnoException).code ?? String(error) };
      }
    }),
  );
}
