import { backupRuns } from "../../plan/backupRuns";
import { worstCaseLossSeconds } from "../../plan/worstCaseLoss";
import type { Config } from "../shape";
import type { Texts } from "../texts";
import { evidenceKeyProblems, storeVaultProblems } from "./accessKeys";
import { awsPlatformProblems } from "./awsPlatform";
import { awsVaultProblems } from "./awsVault";
import { platformProblems } from "./platform";
import { webProblems } from "./web";

/**
 * What is wrong across keys that are each right by themselves.
 * @returns messages, each beginning with the name of the key
 */
export function contradictions(texts: Texts, config: Config): string[] {
  const { classes, cluster, layer, modelsLossObjectiveSeconds: objective, objectStore, s3, web } = config;
  const loss = worstCaseLossSeconds("models", backupRuns(classes));
  const isVault = layer === "vault";
  return [
    ...(loss > objective
      ? [
          `modelsLossObjectiveSeconds is "${objective}": the schedules of plan/backupClasses.ts lose up to ${loss} s`,
        ]
      : []),
    ...(objectStore.kind === "aws" && s3.endpoint !== ""
      ? [`s3Endpoint is "${s3.endpoint}": must be left out, because objectStore is "aws"`]
      : []),
    ...evidenceKeyProblems(texts),
    ...(isVault && objectStore.kind === "aws" ? awsVaultProblems(texts, config) : []),
    ...(isVault && objectStore.kind === "s3" ? storeVaultProblems(texts) : []),
    ...(isVault ? [] : platformProblems(texts, config)),
    ...(!isVault && cluster.kind === "eks" ? awsPlatformProblems(texts, config) : []),
    ...(!isVault && web.host !== "" ? webProblems(texts, config) : []),
  ];
}
