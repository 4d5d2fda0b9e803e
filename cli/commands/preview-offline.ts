import { type Config, parseConfig, qualified } from "../../config/config";
import { terminalProgress } from "../../lib/terminalProgress";
import { ensureClientTools } from "@lstm-pfd/local-cloud/toolchain";
import { offlinePreview } from "../../automation/offlinePreview";
import { countChanges } from "../../automation/operation";
import { policySettings } from "../../automation/policySettings";
import { type Options, UsageError } from "../commandLine";
import { type OfflineLayer, offlineLayers } from "../offlineLayers";

/**
 * Shows vault and platform at AWS as new stacks, held to the policy pack, without an account, and without the network once the
 * engine is on this machine.
 * @throws UsageError for stacks elsewhere; ConfigError; OperationError that names rule, resource and value of each violation
 */
export async function run(options: Options, signal: AbortSignal): Promise<void> {
  const layers = offlineLayers(options).map((layer): [OfflineLayer, Config] => [layer, checked(layer)]);
  const progress = terminalProgress();
  process.stdout.write(
    "Offline: a stand-in takes the place of the aws plugin. It can preview only, and AWS itself checks nothing.\n",
  );
  for (const [{ stack, standIns }] of layers)
    if (standIns.length > 0)
      process.stdout.write(
        `stack ${stack}: stand-ins for what only the engine of the real stack can open: ${standIns.join(", ")}\n`,
      );
  const toolchain = await ensureClientTools(progress, signal);
  progress.plan(layers.map(([{ stack }]) => `Preview of ${stack}`));
  // At the same time: most of a preview is waiting for processes that start.
  const previews = layers.map(async ([layer, config]) => {
    const text: string[] = [];
    const changes = await progress.step(`Preview of ${layer.stack}`, (detail) =>
      offlinePreview({
        layer,
        config,
        toolchain,
        settings: policySettings(config),
        watching: { detail, signal },
        onOutput: (piece) => text.push(piece),
      }),
    );
    return `${text.join("")}\nstack ${layer.stack}: ${countChanges(changes)} resources, all mandatory policies passed\n`;
  });
  const failures: Error[] = [];
  for (const preview of await Promise.allSettled(previews))
    if (preview.status === "fulfilled") process.stdout.write(preview.value);
    else failures.push(preview.reason as Error);
  const [failure, ...others] = failures;
  if (failure === undefined) return;
  throw others.length === 0 ? failure : new Error(failures.map(({ message }) => message).join("\n\n"));
}

function checked({ stack, config }: OfflineLayer): Config {
  const parsed = parseConfig(qualified(config));
  if (parsed.objectStore.kind !== "aws")
    throw new UsageError(
      `stack ${stack} is not at AWS: objectStore is "${parsed.objectStore.kind}"; use "npm run preview"`,
    );
  return parsed;
}
