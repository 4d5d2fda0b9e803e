import { format } from "prettier";
import type { ConfigKey } from "./key";
import { type Concerns, concerns, projectName } from "./schema";

/** The line of Pulumi.yaml from which on it is generated. */
const begin = "config:\n";

/**
 * Pulumi.yaml with the block of the configuration as the schema has it. Its types are those that Pulumi allows in a project's
 * file, and each default is of its type; what no schema of Pulumi says, the program checks.
 * @param current its text; all before the block stays
 * @throws Error when it has no block
 */
export function projectFile(current: string, schema: Concerns = concerns): string {
  const at = current.indexOf(`\n${begin}`);
  if (at < 0) throw new Error(`Pulumi.yaml has no line "${begin.trim()}": bring it back from the history`);
  const blocks = Object.entries(schema).map(
    ([concern, keys]) => `  # ${concern}\n${Object.entries(keys).map(declaration).join("")}`,
  );
  return `${current.slice(0, at + 1)}${begin}${blocks.join("")}`;
}

function declaration([name, { type, description, default: byDefault }]: [string, ConfigKey]): string {
  return `  ${projectName}:${name}:
    type: ${type}
    description: ${JSON.stringify(description)}
    default: ${JSON.stringify(byDefault)}
`;
}

/** docs/configuration.md. */
export function referencePage(schema: Concerns = concerns): Promise<string> {
  const sections = Object.entries(schema).map(
    ([concern, keys]) =>
      `## ${concern}\n\n| key | type | default | what it means | rule |\n| --- | --- | --- | --- | --- |\n` +
      Object.entries(keys).map(row).join(""),
  );
  return format(`${introduction}\n${sections.join("\n")}`, { parser: "markdown", printWidth: 110 });
}

function row([name, key]: [string, ConfigKey]): string {
  const byDefault = key.default === "" ? "–" : `\`${String(key.default)}\``;
  const rule = key.rule === "" ? "–" : `${key.rule}${key.emptyAllowed ? ", or empty" : ""}`;
  const type = key.secret ? "secret" : key.type;
  return `| \`${name}\` | ${type} | ${byDefault} | ${cell(key.description)} | ${cell(rule)} |\n`;
}

function cell(text: string): string {
  return text.replace(/[|<>[\]*_]/g, "\\$&");
}

const introduction = `<!-- Written by "npm run generate" from config/schema/. Change it there. -->

# Configuration

Every key of the project \`${projectName}\`, by concern. Each is declared once, in \`config/schema/\`; Pulumi.yaml and this page
are written from there by \`npm run generate\`; the messages come from there too. A value that breaks its rule is refused
before anything is touched, with the key, the value and the rule.

## Which value wins

From the weakest to the strongest:

1. the default, below
2. the recovery kit, for what it holds
3. \`Pulumi.<stack>.yaml\` in the checkout, as it is now
4. what an earlier \`--config\`, or \`pulumi config set\` in the stack's own directory, gave the stack
5. \`--config KEY=VALUE\` of this command

\`up\`, \`preview\`, \`backup\`, \`kit\`, \`env\` and \`down\` all follow this order. \`up\` and \`preview\` show the values that are in force
only because of earlier commands; \`--forget KEY\` drops such a value. Only \`up\` remembers: a preview leaves no trace.
\`initialise\` is never remembered. A value that changes in the checkout counts from the next command on; one that is removed from
the file is gone. Vault and platform of a stack share their values. Plain \`pulumi\` knows only the settings in its directory, the
kit and the defaults.

## Values in YAML

A value counts as it was written. Without quotes YAML would turn some values into others: \`0x1F\` into 31, \`1.40\` into 1.4,
\`012345678901\` into another account, a date into a time. Those are refused: quote them. Under plain \`pulumi\` this is checked
too, but only where the settings are in \`Pulumi.<stack>.yaml\` beside \`Pulumi.yaml\`, not with \`--config-file\`. Keys of other
namespaces, such as \`aws:region\`, are passed on to the engine. A key without a value is refused: write \`""\` for an empty one.

Encrypted values (\`secure:\`) in the checkout belong to one stack, and only its engine can open them: plain \`pulumi\` uses them,
\`npm run up\` refuses them, and \`npm run preview:prod\` puts stand-ins in their place and names them.
An empty \`PULUMI_CONFIG_PASSPHRASE\` is refused; Pulumi itself would take it for an empty passphrase.
`;
