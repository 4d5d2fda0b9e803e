import { shown } from "./rule";

/** Where a Helm chart comes from. */
export interface ChartSource {
  /** Name in the repository, an `oci://` reference, or the path of a directory or archive. */
  chart: string;
  /** URL of the chart's repository; none for references and paths. */
  repository?: string;
  /** Version of the chart; none for paths. */
  version?: string;
}

/** Arguments of a Helm release that say where its chart is. */
export function chartArgs({ chart, repository, version }: ChartSource): {
  chart: string;
  version?: string;
  repositoryOpts?: { repo: string };
} {
  return {
    chart,
    ...(version === undefined ? {} : { version }),
    ...(repository === undefined ? {} : { repositoryOpts: { repo: repository } }),
  };
}

/**
 * Checks a source as far as that goes without the network.
 * @param key name of the argument, for the message
 * @param separator between it and its parts; empty where each part is a key by itself, as in `chartVersion`
 * @throws Error when a chart would be taken in whatever version its repository has that day
 */
export function checkChart(
  key: string,
  { chart, repository, version }: ChartSource,
  separator: "." | "" = ".",
): void {
  const [ofVersion, ofRepository] =
    separator === "." ? [`${key}.version`, `${key}.repository`] : [`${key}Version`, `${key}Repository`];
  const byReference = chart.startsWith("oci://");
  if (
    (byReference || repository !== undefined) &&
    (version === undefined || !/^v?\d+\.\d+\.\d+/.test(version))
  )
    throw new Error(`${ofVersion} is ${shown(version ?? "")}: must be an exact version, as in 1.2.3`);
  if (byReference && repository !== undefined)
    throw new Error(`${ofRepository} is "${repository}": must be left out, because ${chart} names its place`);
  if (repository !== undefined && !/^https:\/\/[^\s]+$/.test(repository))
    throw new Error(`${ofRepository} is "${repository}": must be an https URL`);
}
