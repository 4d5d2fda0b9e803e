import { rescueTable } from "../../automation/rescue";
import { withKubectl } from "../../automation/withKubectl";
import type { Options } from "../commandLine";
import { livingPlatform } from "../livingPlatform";
import { rescueRequest } from "../rescueRequest";
import { describeRescue, type RescueResult } from "../rescueText";
import { asJson } from "../evidence";

/**
 * Brings one table of a living platform back as it was, beside the living one, and says how they differ.
 * @throws UsageError; ConfigError; Error with the Job's own sentence
 */
export async function run(options: Options, signal: AbortSignal): Promise<void> {
  const request = rescueRequest(options);
  const { outputs, progress } = await livingPlatform(options, signal);
  const result = await progress.step("Rescue", (detail) =>
    withKubectl(outputs, signal, (kubectl) => rescueTable(kubectl, request, detail)),
  );
  process.stdout.write(options.json ? asJson(result) : describeRescue(result as RescueResult | undefined));
}
