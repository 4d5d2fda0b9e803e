import type { Kubectl } from "../automation/kubectl";
import { askDumps, type DumpRequest, type DumpStateResult, restoreDump } from "../automation/restoreDump";
import type { Progress } from "../lib/progress";
import { meansDump } from "../plan/dumpNames";
import type { Options } from "./commandLine";
import { confirm } from "./confirm";
import { describeDumpPlan, describeDumpRestored, type DumpForecast } from "./dumpText";
import { asJson, writeEvidence } from "./evidence";

/** What a restore of a dump works with. */
interface Work {
  options: Options;
  progress: Progress;
  signal: AbortSignal;
}

/**
 * Puts a dump in place of the database of a living platform, which is kept, or brings that one back. Asks before anything is stopped.
 * @throws Error with the Job's own sentence, and what is the case then
 */
export async function restoreByDump(
  kubectl: Kubectl,
  request: DumpRequest,
  { options, progress, signal }: Work,
): Promise<void> {
  const undo = request.action === "undo dump";
  const plan = await progress.step("Plan", () =>
    undo ? askDumps(kubectl, "state") : askDumps(kubectl, "plan", request.dump),
  );
  const text = undo
    ? describeUndo(plan as DumpStateResult | undefined, request.dump)
    : describeDumpPlan(plan as DumpForecast | undefined);
  if (options.plan) {
    process.stdout.write(options.json ? asJson(plan) : text);
    return;
  }
  if (!options.yes) {
    process.stderr.write(text);
    await confirm(
      undo
        ? "Dashboard and worker are stopped while the names of the databases are exchanged."
        : "It is loaded while the application runs; dashboard and worker are then stopped while the names of the databases are exchanged.",
      signal,
    );
  }
  const dump = (plan as DumpForecast | undefined)?.dump ?? request.dump;
  const result = await restoreDump(kubectl, { ...request, dump }, progress, signal);
  const evidence = await writeEvidence(options.stack, `dump-${result.held.operation}`, { plan, ...result });
  process.stdout.write(
    options.json
      ? asJson({ plan, ...result })
      : `${describeDumpRestored(plan as DumpForecast | undefined, result)}evidence: ${evidence}\n`,
  );
}

/** Removes for good the databases that a dump has replaced. */
export async function forgetByDump(
  kubectl: Kubectl,
  dump: string,
  options: Options,
  signal: AbortSignal,
): Promise<void> {
  const { kept = [] } = ((await askDumps(kubectl, "state")) ?? {}) as DumpStateResult;
  const chosen = kept.filter((each) => meansDump(dump, each.dump ?? ""));
  const list = chosen
    .map((each) => `${each.name ?? "?"}, kept since ${each.at ?? "an unknown time"}`)
    .join("; ");
  if (options.plan || chosen.length === 0) {
    process.stdout.write(list === "" ? "nothing of that is kept\n" : `would be removed: ${list}\n`);
    return;
  }
  if (!options.yes) await confirm(`The database ${list} is removed for good.`, signal);
  const result = await askDumps(kubectl, "forget", dump);
  process.stdout.write(options.json ? asJson(result) : `removed: ${list}\n`);
}

function describeUndo(state: DumpStateResult | undefined, dump: string): string {
  const kept = (state?.kept ?? []).filter((each) => meansDump(dump, each.dump ?? "")).at(-1);
  return kept === undefined
    ? `no database is kept that ${dump} has replaced\n`
    : `the database that is kept as ${kept.name ?? "?"} since ${kept.at ?? "an unknown time"} comes back with every row, and what is served now is kept in its place\n`;
}
