import type { InPlaceRequest } from "../automation/heldApplication";
import type { Kubectl } from "../automation/kubectl";
import { askVolume, environmentOf, replaceInPlace } from "../automation/replaceDatabase";
import { withKubectl } from "../automation/withKubectl";
import type { Progress } from "../lib/progress";
import type { Options } from "./commandLine";
import { confirm, requireSomebodyToAsk } from "./confirm";
import { asJson, writeEvidence } from "./evidence";
import { livingPlatform } from "./livingPlatform";
import { type DatabaseOutcome, describeOutcome, describePlan, type PlanResult } from "./replacementText";
import { forgetByDump, restoreByDump } from "./restoreDump";
import { databaseRequest } from "./restoreRequest";

/**
 * Takes the database of a living platform back to a time or to a base backup, beside the one that is there, which is kept; brings that
 * one back; or removes it. Asks before anything is stopped.
 * @throws UsageError; Error with the Job's own sentence, and what is the case then
 */
export async function restoreDatabaseInPlace(options: Options, signal: AbortSignal): Promise<void> {
  const request = databaseRequest(options);
  if (!options.yes && !options.plan) requireSomebodyToAsk();
  const { outputs, progress } = await livingPlatform(options, signal);
  await withKubectl(outputs, signal, async (kubectl) => {
    if (request.action === "forget dump") return forgetByDump(kubectl, request.wanted, options, signal);
    if (request.action === "dump" || request.action === "undo dump")
      return restoreByDump(
        kubectl,
        { action: request.action, dump: request.wanted },
        { options, progress, signal },
      );
    if (request.action === "forget") return forget(kubectl, request.wanted, options, signal);
    return replace(
      kubectl,
      { action: request.action, wanted: request.wanted },
      { options, progress, signal },
    );
  });
}

async function forget(
  kubectl: Kubectl,
  generation: string,
  options: Options,
  signal: AbortSignal,
): Promise<void> {
  const { kept = [] } = ((await askVolume(kubectl, "state")) ?? {}) as PlanResult;
  const chosen = kept.filter((each) => generation === "" || String(each.generation) === generation);
  const list = chosen.map(
    (each) => `generation ${each.generation ?? "?"}, kept since ${each.keptAt ?? "an unknown time"}`,
  );
  if (options.plan || chosen.length === 0) {
    process.stdout.write(
      list.length === 0 ? "nothing of that is kept\n" : `would be removed: ${list.join("; ")}\n`,
    );
    return;
  }
  if (!options.yes) await confirm(`The database of ${list.join("; and of ")} is removed for good.`, signal);
  const result = await askVolume(kubectl, "forget", generation === "" ? {} : { GENERATION: generation });
  process.stdout.write(options.json ? asJson(result) : `removed: ${list.join("; ")}\n`);
}

async function replace(
  kubectl: Kubectl,
  request: InPlaceRequest,
  { options, progress, signal }: { options: Options; progress: Progress; signal: AbortSignal },
): Promise<void> {
  const plan = await progress.step("Plan", () => planOf(kubectl, request));
  if (options.plan) {
    process.stdout.write(options.json ? asJson(plan) : textOf(request, plan));
    return;
  }
  if (!options.yes) {
    process.stderr.write(textOf(request, plan));
    await confirm("Dashboard, worker and database are stopped for that.", signal);
  }
  const result = await replaceInPlace(kubectl, request, progress, signal);
  const evidence = await writeEvidence(options.stack, result.held.operation, { plan, ...result });
  const before = (plan as { rowCounts?: Record<string, number> | null } | undefined)?.rowCounts ?? null;
  process.stdout.write(
    options.json
      ? asJson({ plan, ...result })
      : `${describeOutcome(result.database as DatabaseOutcome | undefined, { ...result, before })}verified, and backed up; evidence: ${evidence}\n`,
  );
}

/** Of an undo only what is kept can be told; the way back is known. */
function planOf(kubectl: Kubectl, request: InPlaceRequest): Promise<unknown> {
  return request.action === "undo"
    ? askVolume(kubectl, "state")
    : askVolume(kubectl, "plan", environmentOf(request));
}

function textOf({ action, wanted }: InPlaceRequest, plan: unknown): string {
  if (action === "replace") return describePlan(plan as PlanResult | undefined);
  const { kept = [], underWay } = (plan ?? {}) as PlanResult;
  const list = kept.map(
    (each) =>
      `generation ${each.generation ?? "?"}, kept since ${each.keptAt ?? "an unknown time"}, when generation ${each.replacedBy ?? "?"} took its place`,
  );
  const doing =
    typeof underWay === "string"
      ? "a replacement is under way: it is given up, or undone if it has come to its switch"
      : `${wanted === "" ? "what was replaced last" : `generation ${wanted}`} comes back with every row, and what is served now is set aside and kept`;
  return `${doing}\nkept: ${list.length === 0 ? "nothing" : list.join("; ")}\n`;
}
