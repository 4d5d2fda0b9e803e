import { findMoments } from "../../automation/moments";
import { withKubectl } from "../../automation/withKubectl";
import type { Options } from "../commandLine";
import { livingPlatform } from "../livingPlatform";
import { momentsRequest } from "../momentsRequest";
import { describeMoments, type MomentResult, type SearchResult } from "../momentsText";
import { asJson } from "../evidence";

/**
 * Says when tables of a living platform were dropped, emptied or changed, and what to go back to.
 * @throws UsageError; ConfigError; Error with the Job's own sentence
 */
export async function run(options: Options, signal: AbortSignal): Promise<void> {
  const request = momentsRequest(options);
  const { outputs, progress } = await livingPlatform(options, signal);
  const { search, moments } = await progress.step("Archive", (detail) =>
    withKubectl(outputs, signal, (kubectl) => findMoments(kubectl, request, detail)),
  );
  process.stdout.write(
    options.json
      ? asJson({ search, moments })
      : describeMoments(search as SearchResult | undefined, moments as MomentResult[], options.stack),
  );
}
