import { existsSync } from "node:fs";
import { quoted } from "../lib/shell";
import type { Plugins } from "../automation/plugins";
import { settingsDirectory } from "../automation/settingsDirectory";

/**
 * How plain `pulumi` commands find the stacks, and which of them work, for a person.
 * @param stacks names
 */
export function howToUsePulumi(
  stacks: readonly string[],
  { languageHost }: Pick<Plugins, "languageHost">,
): string {
  const lines = stacks.map((stack) => {
    const directory = settingsDirectory(stack);
    return existsSync(directory)
      ? `pulumi -C ${quoted(directory)} stack output --stack ${stack}`
      : `stack ${stack}: no settings in ${directory}, because "npm run up" has not been run for it here`;
  });
  if (languageHost === undefined)
    lines.push(
      `there is no pulumi-language-nodejs here: "pulumi up", "pulumi preview" and "pulumi import" need it; "npm run up" and "npm run preview" do not`,
    );
  return lines.map((line) => `${line}\n`).join("");
}
