import type { PolicyConfigSchema, ResourceValidationArgs } from "@pulumi/policy";

type JsonSchema = PolicyConfigSchema["properties"][string];

/** Settings that every rule has. */
export interface CommonSettings {
  /** Names of resources that the rule leaves alone. */
  exempt: string[];
}

/** Defaults of the settings that every rule has. */
export const commonDefaults: CommonSettings = { exempt: [] };

/** JSON schema of a setting that is a list of texts. */
export function textList(description: string): JsonSchema {
  return { type: "array", items: { type: "string" }, description };
}

const commonProperties: Record<keyof CommonSettings, JsonSchema> = {
  exempt: textList("Names of resources that the rule leaves alone, as the program gives them."),
};

/**
 * Configuration schema of a rule: its own settings and the common ones, each with its default.
 * @param defaults of the rule's own settings
 * @param properties JSON schema of each of them, without the default
 */
export function schemaOf<Settings extends object>(
  defaults: Settings,
  properties: Record<keyof Settings, JsonSchema>,
): PolicyConfigSchema {
  const all = Object.entries<JsonSchema>({ ...properties, ...commonProperties });
  const values = new Map<string, unknown>(Object.entries({ ...defaults, ...commonDefaults }));
  return {
    properties: Object.fromEntries(
      all.map(([name, schema]) => [
        name,
        { ...schema, default: values.get(name) as JsonSchema["default"] & {} },
      ]),
    ),
  };
}

/** Settings in force: what the user configured, over the defaults. */
export function settingsOf<Settings extends object>(
  args: Pick<ResourceValidationArgs, "getConfig">,
  defaults: Settings,
): Settings & CommonSettings {
  return { ...commonDefaults, ...defaults, ...args.getConfig<Partial<Settings & CommonSettings>>() };
}
