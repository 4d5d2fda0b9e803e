import { cp, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseDocument } from "yaml";
import { goModuleDir } from "./goBuild";
import type { GoChart, GoPackage } from "./tools";

/** Directory of the chart that stands beside a tool's directory of executables. */
export function chartDir(bin: string): string {
  return join(dirname(bin), "chart");
}

/**
 * Makes a Helm chart of the sources that a Go module carries, as the module's own release does.
 * @param directory of the chart, which must not be there yet
 */
export async function placeChart(
  go: string,
  source: GoPackage,
  chart: GoChart,
  directory: string,
  signal: AbortSignal,
): Promise<void> {
  const module = await goModuleDir(go, source, chart.module, signal);
  await assembleChart(module, chart, directory);
}

/**
 * The same from a directory with the sources.
 * @param module directory of the module's sources
 */
export async function assembleChart(module: string, chart: GoChart, directory: string): Promise<void> {
  const { version } = chart;
  await cp(join(module, chart.directory), directory, { recursive: true });
  const description = parseDocument(await readFile(join(directory, "Chart.template.yaml"), "utf8"));
  description.set("version", version);
  description.set("appVersion", version);
  await writeFile(join(directory, "Chart.template.yaml"), description.toString());
  await rename(join(directory, "Chart.template.yaml"), join(directory, "Chart.yaml"));
  const definitions = join(module, chart.definitions);
  const files = (await readdir(definitions)).filter((name) => name.endsWith(".yaml")).sort();
  const texts = await Promise.all(files.map((name) => readFile(join(definitions, name), "utf8")));
  await writeFile(join(directory, "templates", "crds.yaml"), definitionsTemplate(texts));
}

/** One template of all definitions, rendered where the chart's value `installCRDs` is true. */
export function definitionsTemplate(texts: readonly string[]): string {
  return `{{- if .Values.installCRDs }}\n${texts.join("\n---\n")}\n{{- end }}\n`;
}
