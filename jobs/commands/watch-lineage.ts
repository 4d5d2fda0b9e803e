import { renameSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { reasonOf } from "../../lib/failure";
import { volumeOf } from "../database/volume";
import { integer, objectStorageVariables, readEnvironment, text } from "../environment";
import { LineageStore } from "../lineage/lineageStore";
import { lookAtFence, type SeenFence } from "../lineage/watchFence";
import { openStorage } from "../openStorage";

const environment = readEnvironment(process.env, {
  ...objectStorageVariables,
  pgdata: text("PGDATA"),
  everySeconds: integer("FENCE_EVERY_SECONDS", 1, 15),
});

const log = (line: string): void => {
  console.log(`watch-lineage: ${line}`);
};

for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => process.exit(0));

/** Looks for ever. What it writes down is dated: when it falls silent, nothing is archived any more. */
async function watch(): Promise<never> {
  const storage = await openStorage(environment, log);
  const store = new LineageStore(storage, storage);
  const { life, fence } = volumeOf(environment.pgdata);
  let said = "";
  for (;;) {
    let line: string;
    try {
      const seen = await lookAtFence({ storage, store, lifeFile: life });
      write(fence, seen);
      line = seen.by === "" ? seen.state : `${seen.state}: ${seen.by}`;
    } catch (error) {
      line = `the lineage cannot be seen, and nothing is archived until it can: ${reasonOf(error)}`;
    }
    if (line !== said) log(line);
    said = line;
    await sleep(environment.everySeconds * 1000);
  }
}

function write(file: string, { state, checkedAt, by }: SeenFence): void {
  const unfinished = `${file}.new`;
  const seconds = Math.floor(checkedAt.getTime() / 1000);
  writeFileSync(unfinished, `state=${state}\nchecked=${seconds}\nby=${by}\n`, { mode: 0o600, flush: true });
  renameSync(unfinished, file);
}

void watch();
