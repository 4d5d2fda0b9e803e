import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { policySettings } from "../../automation/policySettings";
import { parseConfig, qualified } from "../../config/config";
import { type Options, UsageError } from "../commandLine";
import { offlineLayers } from "../offlineLayers";

/**
 * Writes the settings of the policy pack for a stack and its vault, each into a file `<stack>.json`, as `npm run preview:prod` has
 * them: for pipelines that run plain `pulumi`, whose verdict would otherwise be another one.
 * @throws UsageError without a directory; ConfigError
 */
export function run(options: Options): Promise<void> {
  const { output } = options;
  if (output === undefined || output === "")
    throw new UsageError("policy-settings needs --output DIR, where the files go; see --help");
  const settings = offlineLayers(options).map(({ stack, config }) => ({
    file: join(output, `${stack}.json`),
    text: `${JSON.stringify(policySettings(parseConfig(qualified(config))), undefined, 2)}\n`,
  }));
  mkdirSync(output, { recursive: true });
  for (const { file, text } of settings) {
    writeFileSync(file, text);
    process.stdout.write(`${file}\n`);
  }
  return Promise.resolve();
}
