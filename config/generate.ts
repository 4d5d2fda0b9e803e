import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../lib/paths";
import { projectFile, referencePage } from "./generated";

/** Writes Pulumi.yaml and docs/configuration.md from the schema: `npm run generate`. */
async function main(): Promise<void> {
  const project = join(projectRoot, "Pulumi.yaml");
  writeFileSync(project, projectFile(readFileSync(project, "utf8")));
  writeFileSync(join(projectRoot, "docs", "configuration.md"), await referencePage());
}

void main();
