import { checkScaling } from "../../plan/replicas";
import type { Config } from "../shape";
import type { Texts } from "../texts";
import { collect } from "./collect";

/**
 * What is wrong with a platform at AWS, beside what each value by itself breaks.
 * @returns messages, each beginning with the name of the key
 */
export function awsPlatformProblems(texts: Texts, config: Config): string[] {
  const scaling = (["dashboard", "worker"] as const).map((name) => () => {
    const [min, max] = [`${name}Replicas`, `${name}MaxReplicas`] as const;
    checkScaling(min, config[min], max, config.web[max]);
  });
  return [
    ...texts.needed('cluster "eks"', [
      "awsAccount",
      "awsRegion",
      "vaultRegion",
      "zones",
      "clusterName",
      "clusterAdministrators",
      "host",
    ]),
    ...collect(...scaling),
  ];
}
