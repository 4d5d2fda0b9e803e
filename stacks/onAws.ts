import * as aws from "@pulumi/aws";
import * as k8s from "@pulumi/kubernetes";
import { CheckpointFileSystem } from "../components/aws/checkpointFileSystem";
import { EksCluster } from "../components/aws/cluster";
import { ClusterAddons } from "../components/aws/clusterAddons";
import { DatabaseNodes } from "../components/aws/databaseNodes";
import { FlowLogs } from "../components/aws/flowLogs";
import { LogKey } from "../components/aws/logKey";
import { Network } from "../components/aws/network";
import { NetworkPolicyController } from "../components/aws/networkPolicyController";
import { PodIdentities } from "../components/aws/podIdentities";
import { Storage } from "../components/aws/storage";
import { VaultReference } from "../components/aws/vaultReference";
import { CertManager } from "../components/certManager";
import { Ingress } from "../components/ingress";
import type { Config } from "../config/config";
import { checkAccount } from "../plan/aws/arns";
import { awsLoadBalancerAnnotations, ingressNamespace } from "../plan/ingress";
import { backupServiceAccounts, names } from "../plan/names";
import type { ClusterBase } from "./clusterBase";
import { certManagerArgs } from "./web";

/**
 * A cluster at EKS. Network, keys, roles, logs, file system and the lookup of the vault begin at once; the control plane waits
 * for subnets, its key, its log group and its roles alone. Metrics are made, but nothing waits for them.
 * @throws Error when an argument breaks its rule
 */
export function clusterBaseOnAws(config: Config): ClusterBase {
  const { account, region, roleNamePrefix } = config.aws;
  const { namespace, protectData, web } = config;
  checkAccount("account", account);
  const provider = new aws.Provider("aws", {
    region: region as aws.Region,
    allowedAccountIds: [account],
    defaultTags: { tags: { project: "lstm-pfd", layer: "platform" } },
  });
  const vault = new VaultReference(
    "vault",
    { bucket: config.bucket, region: config.aws.vault.region, namePrefix: roleNamePrefix },
    { provider },
  );
  const network = new Network(
    "network",
    {
      region,
      cidr: config.aws.network.cidr,
      zones: config.aws.network.zones,
      natGateways: config.aws.network.natGateways,
      interfaceEndpoints: config.aws.network.interfaceEndpoints,
    },
    { provider },
  );
  const { vpcId, privateSubnetIds: subnetIds } = network;
  const { logRetentionDays } = config.aws.cluster;
  const { arn: logKeyArn } = new LogKey("logs", { account, region, protectData }, { provider });
  new FlowLogs(
    "flow-logs",
    { account, region, vpcId, keyArn: logKeyArn, retentionDays: logRetentionDays },
    { provider },
  );
  const cluster = new EksCluster(
    "cluster",
    {
      account,
      region,
      clusterName: config.aws.cluster.clusterName,
      subnetIds,
      administrators: config.aws.cluster.administrators,
      kubernetesVersion: config.aws.cluster.kubernetesVersion,
      publicAccessCidrs: config.aws.cluster.publicAccessCidrs,
      logRetentionDays,
      logKeyArn,
      protectData,
    },
    { provider },
  );
  const { clusterName, securityGroupId: clusterSecurityGroupId } = cluster;
  const checkpoints = new CheckpointFileSystem(
    "checkpoints",
    { account, vpcId, subnetIds, clusterSecurityGroupId, protectData },
    { provider },
  );
  const identities = new PodIdentities(
    "identities",
    {
      clusterName,
      namespace,
      serviceAccounts: backupServiceAccounts,
      // By its ARN: a lookup would stop a recovery from a vault that has none.
      roleArns: {
        ...vault.roleArns,
        ...(config.evidenceRoleArn === "" ? {} : { evidence: config.evidenceRoleArn }),
      },
    },
    { provider },
  );
  // Nodes pull their images through the network's NAT gateways.
  const podsNeed = [cluster, network];
  const { fileSystemDriver } = new ClusterAddons("addons", { clusterName, podsNeed }, { provider });

  const kubernetes = new k8s.Provider("kubernetes", {
    kubeconfig: cluster.kubeconfig,
    // A rebuilt cluster is another cluster, though its name and address may be the same.
    clusterIdentifier: cluster.clusterIdentifier,
  });
  const storage = new Storage(
    "storage",
    {
      fileSystemId: checkpoints.fileSystemId,
      sharedVolumesNeed: [fileSystemDriver, checkpoints],
      protectData,
    },
    { provider: kubernetes },
  );
  const { databaseWindow } = config.aws.cluster;
  const databaseNodes = new DatabaseNodes(
    "database-nodes",
    { resources: config.resources.database, window: databaseWindow },
    { provider: kubernetes },
  );
  const policies = new NetworkPolicyController("network-policies", { provider: kubernetes });
  const ingress = new Ingress(
    "ingress",
    {
      controller: web.ingress.controller,
      replicas: web.ingress.replicas,
      chart: web.ingress.chart,
      serviceType: "LoadBalancer",
      serviceAnnotations: awsLoadBalancerAnnotations,
    },
    { provider: kubernetes, dependsOn: podsNeed },
  );
  const certManager = new CertManager("cert-manager", certManagerArgs(config, config.images.operations), {
    provider: kubernetes,
    dependsOn: podsNeed,
  });
  return {
    provider: kubernetes,
    // Holds no secret; needs the `aws` command line.
    kubeconfig: cluster.kubeconfig,
    // A claim waits for its class by itself: the database comes back while the driver of shared volumes still starts.
    ready: [storage.block, policies, identities, databaseNodes],
    ingress,
    dns: config.aws.dnsZoneId === "" ? undefined : { zoneId: config.aws.dnsZoneId, region, provider },
    certManager,
    images: config.images,
    storage: {
      databaseClass: names.blockStorageClass,
      checkpointsClass: names.sharedStorageClass,
      checkpointsAccess: "ReadWriteMany",
    },
    production: {
      ingressNamespace,
      database: { ownNodes: true, window: databaseWindow !== "none" },
      dashboard: { minReplicas: config.dashboardReplicas, maxReplicas: web.dashboardMaxReplicas },
      worker: { minReplicas: config.workerReplicas, maxReplicas: web.workerMaxReplicas },
    },
  };
}
