import * as pulumi from "@pulumi/pulumi";
import { settingsDifferences, type Settings } from "../../plan/aws/settingsDifferences";

/**
 * Transformation for components whose resources take over what is there: it gives each of these a hook that refuses a change, at
 * preview as at `up`. The engine imports first and then changes what differs. Once for all components of a program.
 */
export function adoptedAsItIs(): pulumi.ResourceTransformation {
  const hook = new pulumi.ResourceHook("adopted-as-it-is", refuseChange, { onDryRun: true });
  return ({ props, opts }) => {
    const { import: taken, hooks } = opts as pulumi.CustomResourceOptions;
    return taken === undefined
      ? undefined
      : { props, opts: { ...opts, hooks: { ...hooks, beforeUpdate: [hook] } } };
  };
}

/** @throws Error that names what would change, with both values */
export function refuseChange({
  type,
  name,
  oldInputs,
  newInputs,
}: Pick<pulumi.ResourceHookArgs, "type" | "name" | "oldInputs" | "newInputs">): void {
  const differences = settingsDifferences(settingsOf(oldInputs), settingsOf(newInputs)).map(
    ({ name: setting, is, wanted }) => `${setting} is ${is}, would become ${wanted}`,
  );
  throw new Error(
    `${type} ${name} is there already, and would be changed (${differences.join("; ") || "in what the provider does not tell"}); it was left as it is. ` +
      `Give the stack the configuration that the vault was made with, or, if it is to be changed, set lstm-pfd:adoptChanges to true for one up.`,
  );
}

/** Inputs but for what the SDKs write down for themselves. */
function settingsOf(inputs: Record<string, unknown> = {}): Settings {
  return new Map(Object.entries(inputs).filter(([key]) => !key.startsWith("__")));
}
