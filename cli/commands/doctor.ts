import { doctorReport } from "../../plan/doctor/report";
import { reportText } from "../../plan/doctor/reportText";
import type { Options } from "../commandLine";
import { refuseExisting, secretsOf, writeBundle } from "../doctorBundle";
import { doctorFacts } from "../doctorFacts";
import { asJson } from "../evidence";
import { ownPassphrase } from "../prepare";
import { stackPlan } from "../stackPlan";

/**
 * Says what is wrong with a platform and what to do about it, from symptoms to causes. Only looks. Its exit code is
 * that of `plan/doctor/report.ts`: also what keeps it from its work is no 0.
 * @throws ConfigError when the settings cannot be read; Error when the bundle cannot be written: the report stands before it
 */
export async function run(options: Options, signal: AbortSignal): Promise<void> {
  const { bundle } = options;
  if (bundle !== undefined) refuseExisting(bundle);
  ownPassphrase();
  const plan = stackPlan(options, "left out");
  const { config, stack } = plan.platform;
  const asking = await doctorFacts(options, plan, bundle !== undefined, signal);
  const context = { now: new Date(), stack, namespace: asking.namespace };
  const secrets = secretsOf(config, asking);
  const report = doctorReport(asking.facts, context, secrets);
  process.exitCode = report.exitCode;
  process.stdout.write(options.json ? asJson(report) : reportText(report));
  if (bundle === undefined) return;
  const count = await writeBundle({ file: bundle, report, config, gathered: asking.gathered, secrets });
  process.stderr.write(
    `${bundle}: ${count} files, without the secrets that this machine knows; look through it before you send it\n`,
  );
}
