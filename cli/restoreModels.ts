import type { Kubectl } from "../automation/kubectl";
import {
  forgetModels,
  type ModelsReplaced,
  type ModelsWish,
  planModels,
  replaceModels,
} from "../automation/replaceModels";
import { withKubectl } from "../automation/withKubectl";
import { formatBytes, formatDuration } from "../lib/format";
import type { ExchangePlan, SomePaths } from "../plan/modelExchange";
import { type Options, UsageError } from "./commandLine";
import { confirm, requireSomebodyToAsk } from "./confirm";
import { livingPlatform } from "./livingPlatform";
import { asJson, writeEvidence } from "./evidence";
import { requireOneWay } from "./restoreRequest";

/**
 * What a command line asks of the models.
 * @throws UsageError for words that contradict each other, or belong to the database
 */
export function modelsWish(options: Options): ModelsWish | { action: "forget" } {
  const { to, set, dump, generation, snapshot, undo, forgetKept } = options;
  if (to !== undefined || set !== undefined || dump !== undefined || generation !== undefined)
    throw new UsageError(
      "--to, --set, --dump and --generation are of the database; a snapshot of models is named with --snapshot",
    );
  requireOneWay({ "--snapshot": snapshot !== undefined, "--undo": undo, "--forget": forgetKept });
  if (snapshot !== undefined && !/^models-\d{8}-\d{6}$/.test(snapshot))
    throw new UsageError(
      `--snapshot ${snapshot}: must be the name of a snapshot, as in models-20260131-030000`,
    );
  if (forgetKept) return { action: "forget" };
  return undo ? { action: "undo" } : { action: "replace", snapshot: snapshot ?? "" };
}

/**
 * Puts a snapshot of the models into a living platform, brings back what one has replaced, or removes that. Asks before the worker is
 * stopped.
 * @throws UsageError; ConfigError; Error that says what is held, and what to run next
 */
export async function restoreModelsInPlace(options: Options, signal: AbortSignal): Promise<void> {
  const wish = modelsWish(options);
  if (!options.yes && !options.plan) requireSomebodyToAsk();
  const { outputs, progress } = await livingPlatform(options, signal);
  await withKubectl(outputs, signal, async (kubectl) => {
    if (wish.action === "forget") return forget(kubectl, options, signal);
    const plan = await progress.step("Plan", () => planModels(kubectl, wish));
    const text = describeModelsPlan(plan);
    if (options.plan) {
      process.stdout.write(options.json ? asJson(plan) : text);
      return;
    }
    if (plan.problems.length > 0) throw new Error(`${plan.problems.join("; ")}; nothing was changed`);
    if (!options.yes) {
      process.stderr.write(text);
      await confirm("The worker is stopped while files are exchanged.", signal);
    }
    const result = await progress.step("Models", (detail) =>
      replaceModels(kubectl, wish, { say: detail, signal }),
    );
    const evidence = await writeEvidence(options.stack, `models-${result.exchange}`, { plan, ...result });
    process.stdout.write(
      options.json
        ? asJson({ plan, ...result })
        : `${describeModels(result)}${warningsText(plan.warnings)}evidence: ${evidence}\n`,
    );
  });
}

async function forget(kubectl: Kubectl, options: Options, signal: AbortSignal): Promise<void> {
  if (options.plan)
    throw new UsageError(
      "--forget of models has no plan: npm run restore -- models --plan names what is kept",
    );
  if (!options.yes) await confirm("The checkpoints that are kept for an undo are removed for good.", signal);
  const report = await forgetModels(kubectl);
  process.stdout.write(
    options.json
      ? asJson(report)
      : `removed: ${report.files} files (${formatBytes(report.bytes)}) of ${report.exchanges.length} exchanges\n`,
  );
}

/** What would be done with the files. */
export function describeModelsPlan(plan: ExchangePlan): string {
  const {
    snapshot,
    former,
    files,
    totalBytes,
    bytesToFetch,
    freeBytes,
    neededBytes,
    problems,
    warnings,
    kept,
  } = plan;
  return `${snapshot} takes the place of ${former ?? "checkpoints that no committed snapshot holds just so"}: ${files} files, ${formatBytes(totalBytes)}, of which ${formatBytes(bytesToFetch)} are to be fetched
other content: ${paths(plan.differ)}; new: ${paths(plan.added)}; set aside: ${paths(plan.setAside)}; as they are: ${plan.same}
on the volume: ${formatBytes(neededBytes)} needed, ${formatBytes(freeBytes)} free; the worker is stopped while files are exchanged, and dashboard and worker are restarted
kept for an undo already: ${kept.length === 0 ? "nothing" : kept.map(({ exchange, bytes }) => `${exchange} (${formatBytes(bytes)})`).join(", ")}
${warningsText(warnings)}${problems.map((problem) => `it would be refused: ${problem}\n`).join("")}`;
}

function warningsText(warnings: readonly string[] = []): string {
  return warnings.map((warning) => `warning: ${warning}\n`).join("");
}

function paths({ count, first }: SomePaths): string {
  if (count === 0) return "none";
  return `${first.join(", ")}${count > first.length ? ` and ${count - first.length} more` : ""}`;
}

/** What was done, and what is proven of it. */
export function describeModels(result: ModelsReplaced): string {
  const { action, snapshot, files, totalBytes, kept, served, heldSeconds, writtenSince } = result;
  const done =
    action === "undone"
      ? `models: what ${snapshot} had replaced is back (${files} files, ${formatBytes(totalBytes)})${writtenSince === null ? "" : `; written since and kept: ${paths(writtenSince)}`}`
      : `models: ${snapshot} is in place (${files} files, ${formatBytes(totalBytes)})`;
  const proof =
    served.identity === "proven"
      ? `the application answers with it (model ${served.modelSha256?.slice(0, 12) ?? ""}…)`
      : `the application answers; with which model is ${served.identity}`;
  return `${done}; the worker was away for ${formatDuration(heldSeconds)}
${proof}
the ${kept.files} files that were there (${formatBytes(kept.bytes)}) are kept: npm run restore -- models --undo brings them back, --forget removes them
`;
}
