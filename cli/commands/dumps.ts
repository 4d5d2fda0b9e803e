import { askDumps } from "../../automation/restoreDump";
import { withKubectl } from "../../automation/withKubectl";
import type { Options } from "../commandLine";
import { describeDumpList, type DumpEntry } from "../dumpText";
import { asJson } from "../evidence";
import { livingPlatform } from "../livingPlatform";

/**
 * Lists the portable dumps in the bucket of a living platform, those of the runbook too.
 * @throws ConfigError; Error with the Job's own sentence
 */
export async function run(options: Options, signal: AbortSignal): Promise<void> {
  const { outputs, progress } = await livingPlatform(options, signal);
  const result = (await progress.step("Dumps", () =>
    withKubectl(outputs, signal, (kubectl) => askDumps(kubectl, "list")),
  )) as { dumps?: DumpEntry[] } | undefined;
  if (result?.dumps === undefined)
    throw new Error("the Job ended well and told no dumps: run it again, or see its log");
  process.stdout.write(options.json ? asJson(result) : describeDumpList(result.dumps));
}
