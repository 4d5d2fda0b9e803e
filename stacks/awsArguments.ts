import type { Config } from "../config/config";
import { ingressNamespace } from "../plan/ingress";
import type { ProductionPlan } from "../plan/productionValues";
import { certManagerArgs } from "./arguments";
import type { AwsPlatformArgs } from "./awsClusterBase";
import type { AwsVaultArgs } from "../components/aws/awsVault";

/** Arguments of the vault. */
export function awsVaultArgs(config: Config): AwsVaultArgs {
  const { account, roleNamePrefix, vault } = config.aws;
  const { region, keyId, replica, mode, lock, replicationTimeControl, breakGlassRoleArn } = vault;
  return {
    account,
    mode,
    vault: { region, bucket: config.bucket, ...keyOf(keyId) },
    replica: { region: replica.region, bucket: replica.bucket, ...keyOf(replica.keyId) },
    classes: config.classes,
    lock,
    replicationTimeControl,
    breakGlassRoleArn,
    roleNamePrefix,
    namespace: config.namespace,
    protectData: config.protectData,
  };
}

function keyOf(keyId: string): { keyId?: string } {
  return keyId === "" ? {} : { keyId };
}

/** Arguments of the platform. */
export function awsPlatformArgs(config: Config): AwsPlatformArgs {
  const { account, region, roleNamePrefix, vault, network, cluster } = config.aws;
  const { ingress } = config.web;
  return {
    account,
    region,
    vault: { bucket: config.bucket, region: vault.region, namePrefix: roleNamePrefix },
    network,
    cluster,
    namespace: config.namespace,
    ingress,
    certManager: certManagerArgs(config),
    protectData: config.protectData,
  };
}

/** How the pods of the application scale. */
export function productionPlan({ dashboardReplicas, workerReplicas, web }: Config): ProductionPlan {
  return {
    ingressNamespace,
    dashboard: { minReplicas: dashboardReplicas, maxReplicas: web.dashboardMaxReplicas },
    worker: { minReplicas: workerReplicas, maxReplicas: web.workerMaxReplicas },
  };
}
