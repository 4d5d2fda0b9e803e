import type { Layer } from "../automation/layers";
import { kitSecrets } from "../plan/names";
import type { Options } from "./commandLine";
import { fileConfigWithStandIns } from "./stackPlan";
import { standInsFor } from "./standIns";

/** A layer of an offline preview. */
export interface OfflineLayer extends Layer {
  /** Keys whose encrypted values have stand-ins: a preview needs that they are there, not what they are. */
  standIns: readonly string[];
}

/**
 * Vault and platform as their files in the checkout say; the command line wins, for both. What a recovery kit holds, and what
 * only the engine of the real stack can open, has stand-ins that keep the rules.
 * @throws ConfigError when a file cannot be used
 */
export function offlineLayers({ stack, config }: Pick<Options, "stack" | "config">): OfflineLayer[] {
  const layer = (name: string, kind: "vault" | "platform", ofKit: Record<string, string>): OfflineLayer => {
    const { values, standIns } = fileConfigWithStandIns(name);
    return {
      stack: name,
      config: { ...ofKit, ...values, ...config, layer: kind },
      standIns: standIns.filter((key) => !(key in config)),
    };
  };
  const ofKit = standInsFor(kitSecrets);
  // Only what a vault at AWS tells its platform: without it the platform would be shown without rehearsals.
  const ofPlatform = { ...ofKit, ...standInsFor(["evidenceRoleArn"]) };
  return [layer(`${stack}-vault`, "vault", ofKit), layer(stack, "platform", ofPlatform)];
}
