import * as aws from "@pulumi/aws";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checkAccount } from "../plan/aws/arns";
import { awsLoadBalancerAnnotations } from "../plan/ingress";
import { CertManager, type CertManagerArgs } from "../components/certManager";
import { Ingress, type IngressArgs } from "../components/ingress";
import { CheckpointFileSystem } from "../components/aws/checkpointFileSystem";
import { EksCluster, type EksClusterArgs } from "../components/aws/cluster";
import { ClusterAddons } from "../components/aws/clusterAddons";
import { Network, type NetworkArgs } from "../components/aws/network";
import { NetworkPolicyController } from "../components/aws/networkPolicyController";
import { PodIdentities } from "../components/aws/podIdentities";
import { Storage } from "../components/aws/storage";
import { VaultReference, type VaultReferenceArgs } from "../components/aws/vaultReference";
import { backupServiceAccounts } from "../plan/names";

/** Arguments of {@link awsPlatform}. */
export interface AwsPlatformArgs {
  /** AWS account, 12 digits. Credentials of another one are refused. */
  account: string;
  region: string;
  /** The vault that backups go to and come from. */
  vault: VaultReferenceArgs;
  network: Omit<NetworkArgs, "region">;
  cluster: Omit<EksClusterArgs, "region" | "subnetIds" | "protectData">;
  /** Kubernetes namespace of the application, as the vault's roles trust it. */
  namespace: string;
  ingress: Pick<IngressArgs, "controller" | "replicas" | "chart">;
  certManager: CertManagerArgs;
  /** Protect the checkpoints' file system, and keep volumes when their claims are deleted. */
  protectData: boolean;
}

/** What the application stands on. */
export interface AwsPlatform {
  /** Provider of all that is in the cluster. */
  kubernetes: k8s.Provider;
  /** Holds no secret; needs the `aws` command line. */
  kubeconfig: pulumi.Output<string>;
  /** What volumes, pods and Jobs of the application must wait for. */
  ready: pulumi.Resource[];
  /** What its Ingress must wait for besides; a restore need not. */
  serving: pulumi.Resource[];
}

/**
 * The platform's cluster base on AWS. Network, keys, roles, logs, file system and the lookup of the vault begin at once; the
 * control plane waits for subnets, its key, its log group and its roles alone. Metrics are made, but nothing waits for them.
 * @throws Error when an argument breaks its rule
 */
export function awsPlatform(args: AwsPlatformArgs): AwsPlatform {
  const { account, region, namespace, protectData } = args;
  checkAccount("account", account);
  const provider = new aws.Provider("aws", {
    region: region as aws.Region,
    allowedAccountIds: [account],
    defaultTags: { tags: { project: "lstm-pfd", layer: "platform" } },
  });
  const onAws = { provider };
  const vault = new VaultReference("vault", args.vault, onAws);
  const network = new Network("network", { ...args.network, region }, onAws);
  const { vpcId, privateSubnetIds: subnetIds } = network;
  const cluster = new EksCluster("cluster", { ...args.cluster, region, subnetIds, protectData }, onAws);
  const { clusterName, securityGroupId: clusterSecurityGroupId } = cluster;
  const checkpoints = new CheckpointFileSystem(
    "checkpoints",
    { vpcId, subnetIds, clusterSecurityGroupId, protectData },
    onAws,
  );
  const identities = new PodIdentities(
    "identities",
    { clusterName, namespace, serviceAccounts: backupServiceAccounts, roleArns: vault.roleArns },
    onAws,
  );
  // Nodes pull their images through the network's way out.
  const podsNeed = [cluster, network];
  const { fileSystemDriver } = new ClusterAddons("addons", { clusterName, podsNeed }, onAws);

  const kubernetes = new k8s.Provider("kubernetes", {
    kubeconfig: cluster.kubeconfig,
    // A rebuilt cluster is another cluster, though its name and address may be the same.
    clusterIdentifier: cluster.clusterIdentifier,
    // What is lost with its cluster must not block the stack.
    deleteUnreachable: true,
  });
  const inCluster = { provider: kubernetes };
  const onNodes = { ...inCluster, dependsOn: podsNeed };
  const storage = new Storage(
    "storage",
    {
      fileSystemId: checkpoints.fileSystemId,
      sharedVolumesNeed: [fileSystemDriver, checkpoints],
      protectData,
    },
    inCluster,
  );
  const policies = new NetworkPolicyController("network-policies", inCluster);
  const ingress = new Ingress(
    "ingress",
    { ...args.ingress, serviceType: "LoadBalancer", serviceAnnotations: awsLoadBalancerAnnotations },
    onNodes,
  );
  const certManager = new CertManager("cert-manager", args.certManager, onNodes);
  return {
    kubernetes,
    kubeconfig: cluster.kubeconfig,
    // A claim waits for its class by itself: the database comes back while the driver of shared volumes still starts.
    ready: [storage.block, policies, identities],
    serving: [ingress, certManager],
  };
}
