import { wantedDumpRule } from "../plan/dumpNames";
import { restoreTargetRule } from "../plan/restoreTarget";
import { type Options, UsageError } from "./commandLine";

/** What a restore in place is asked for. */
export type RestoreRequest =
  | { action: "replace" | "undo" | "forget"; wanted: string }
  /** `wanted` is a dump, or its day. */
  | { action: "dump" | "undo dump" | "forget dump"; wanted: string };

type Words = Pick<
  Options,
  "words" | "to" | "set" | "snapshot" | "dump" | "undo" | "forgetKept" | "generation" | "plan"
>;

/**
 * What a command line asks of the database.
 * @throws UsageError for words that contradict each other, or are no target
 */
export function databaseRequest(options: Words): RestoreRequest {
  const { to, set, undo, forgetKept, generation = "", snapshot } = options;
  if (snapshot !== undefined)
    throw new UsageError("--snapshot is of models; a base backup is named with --set");
  requireOneWay({
    "--to": to !== undefined,
    "--set": set !== undefined,
    ...(options.dump === undefined ? {} : { "--dump": !undo && !forgetKept }),
    "--undo": undo,
    "--forget": forgetKept,
  });
  if (options.dump !== undefined) return dumpRequest(options.dump, options);
  if (generation !== "" && !/^[1-9]\d{0,3}$/.test(generation))
    throw new UsageError(`--generation ${generation}: must be the number of a generation`);
  if (generation !== "" && !undo && !forgetKept)
    throw new UsageError("--generation belongs to --undo or --forget");
  if (forgetKept) return { action: "forget", wanted: generation };
  if (undo) return { action: "undo", wanted: generation };
  if (set !== undefined) {
    if (!/^\d{8}-\d{6}F(_\d{8}-\d{6}[DI])?$/.test(set))
      throw new UsageError(`--set ${set}: must be the label of a base backup, as in 20260131-020000F`);
    return { action: "replace", wanted: `set:${set}` };
  }
  if (to !== undefined && (to === "" || !restoreTargetRule.holds(to)))
    throw new UsageError(`--to ${to}: ${restoreTargetRule.says}`);
  return { action: "replace", wanted: to ?? "" };
}

/** With `--undo` and `--forget`, a dump says which database is meant: the one that it has replaced. */
function dumpRequest(dump: string, { undo, forgetKept, generation }: Words): RestoreRequest {
  if (!wantedDumpRule.holds(dump)) throw new UsageError(`--dump ${dump}: ${wantedDumpRule.says}`);
  if (generation !== undefined)
    throw new UsageError("--generation and --dump exclude each other: a dump replaces no generation");
  return { action: forgetKept ? "forget dump" : undo ? "undo dump" : "dump", wanted: dump };
}

/**
 * Of several ways to restore, one command line may name one.
 * @param ways option → whether it was given
 * @throws UsageError that names the first two
 */
export function requireOneWay(ways: Record<string, boolean>): void {
  const [first, second] = Object.keys(ways).filter((way) => ways[way]);
  if (first !== undefined && second !== undefined)
    throw new UsageError(`${first} and ${second} exclude each other`);
}
