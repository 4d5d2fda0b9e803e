import { createRequire } from "node:module";
import { sep } from "node:path";
import { projectRoot } from "../../lib/paths";
import type * as plan from "../../plan/backupClasses";

const load = createRequire(__filename);

/** The table of the backup classes. */
export type Table = ReturnType<typeof plan.backupClasses>;

/** The program and its configuration, as they would be if `plan/backupClasses.ts` said something else. */
export interface ProgramWithTable {
  program: typeof import("../../index");
  parseConfig: (typeof import("../../config/config"))["parseConfig"];
}

/**
 * Loads the program a second time, beside the one that all other tests share.
 * @param change what the file gives, from what it gives
 */
export function programWithTable(change: (table: Table) => Table): ProgramWithTable {
  const file = load.resolve("../../plan/backupClasses");
  const original = load(file) as typeof plan;
  const shared = ownModules();
  for (const name of shared.keys()) Reflect.deleteProperty(load.cache, name);
  try {
    load(file);
    const changed = load.cache[file];
    if (changed === undefined) throw new Error(`${file} is not in the cache of modules`);
    changed.exports = {
      ...original,
      backupClasses: (days: plan.RetentionDays) => change(original.backupClasses(days)),
    } satisfies typeof plan;
    return {
      program: load("../../index") as ProgramWithTable["program"],
      parseConfig: (load("../../config/config") as ProgramWithTable).parseConfig,
    };
  } finally {
    for (const name of ownModules().keys()) Reflect.deleteProperty(load.cache, name);
    for (const [name, module] of shared) load.cache[name] = module;
  }
}

function ownModules(): Map<string, NodeJS.Module> {
  const own = Object.entries(load.cache).flatMap(([name, module]): [string, NodeJS.Module][] =>
    module !== undefined && name.startsWith(projectRoot) && !name.includes(`${sep}node_modules${sep}`)
      ? [[name, module]]
      : [],
  );
  return new Map(own);
}
