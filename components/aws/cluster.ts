import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkAccount, checkRegion } from "../../plan/aws/arns";
import { platformKeyPolicy } from "../../plan/aws/keyPolicy";
import { check } from "../../plan/rule";
import { serviceTrust } from "../../plan/aws/trustPolicies";
import { awaitPropagation } from "../shared/propagation";
import { firstContact } from "../shared/firstContact";
import {
  administratorsRule,
  checkKubernetesVersion,
  clusterNameRule,
  defaultKubernetesVersion,
  eksKubeconfig,
  logRetentionRule,
} from "../../plan/aws/eks";

/** Arguments of {@link EksCluster}. */
export interface EksClusterArgs {
  /** AWS account that owns the key of the cluster's Secrets, 12 digits. */
  account: string;
  /** Region of the provider; the kubeconfig names it. */
  region: string;
  /**
   * Name of the cluster, and of its log group. A rebuilt cluster needs another one than the lost cluster, which may still be
   * there in parts: let it end in the generation.
   */
  clusterName: string;
  /** Private subnets in at least two zones. */
  subnetIds: pulumi.Input<string>[];
  /** ARNs of the roles that administer the cluster; whoever runs `up` must be one of them. */
  administrators: readonly string[];
  /** Minor version of Kubernetes. @default defaultKubernetesVersion */
  kubernetesVersion?: string;
  /** Networks that reach the API server from outside; empty: only the VPC does. @default everywhere */
  publicAccessCidrs?: readonly string[];
  /** Days that the control plane's logs are kept. @default 90 */
  logRetentionDays?: number;
  /** Key that encrypts the control plane's logs; CloudWatch Logs must be allowed to use it. */
  logKeyArn: pulumi.Input<string>;
  /** Protect the key of the cluster's Secrets against `pulumi destroy`, and keep it when it leaves the program. */
  protectData: boolean;
}

const clusterPolicies = [
  "AmazonEKSClusterPolicy",
  "AmazonEKSComputePolicy",
  "AmazonEKSBlockStoragePolicy",
  "AmazonEKSLoadBalancingPolicy",
  "AmazonEKSNetworkingPolicy",
];
const nodePolicies = ["AmazonEKSWorkerNodeMinimalPolicy", "AmazonEC2ContainerRegistryPullOnly"];

/**
 * EKS cluster in Auto Mode: nodes, DNS, pod networking, block storage, load balancers and Pod Identity come with the control
 * plane, so that nothing has to be installed between it and the first pod, and no add-on can wait for a node that is not
 * there. `docs/aws.md` has the figures.
 * @throws Error when an argument breaks its rule; nothing is created then
 */
export class EksCluster extends pulumi.ComponentResource {
  readonly clusterName: pulumi.Output<string>;
  /** For `clusterIdentifier` of the Kubernetes provider: another one whenever the cluster is another one. */
  readonly clusterIdentifier: pulumi.Output<string>;
  /** Kubeconfig without a secret, known once the administrators have access. Needs the `aws` command line. */
  readonly kubeconfig: pulumi.Output<string>;
  /** Security group of control plane and nodes. */
  readonly securityGroupId: pulumi.Output<string>;

  constructor(name: string, args: EksClusterArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:aws:EksCluster", name, {}, options);
    checkArguments(args);
    const clusterName = this.nameForAdministrator(args);
    const logs = new aws.cloudwatch.LogGroup(
      name,
      {
        name: pulumi.interpolate`/aws/eks/${clusterName}/cluster`,
        retentionInDays: args.logRetentionDays ?? 90,
        kmsKeyId: args.logKeyArn,
      },
      { parent: this },
    );
    const key = this.secretsKey(name, args);
    // Without sts:TagSession Auto Mode cannot start a node.
    const role = this.role(name, "control-plane", "eks.amazonaws.com", clusterPolicies, ["sts:TagSession"]);
    const nodeRole = this.role(name, "node", "ec2.amazonaws.com", nodePolicies);
    const cluster = this.cluster(name, args, { clusterName, key, role, nodeRole }, [
      logs,
      ...role.attachments,
      ...nodeRole.attachments,
    ]);
    const access = this.administrators(name, args, cluster);
    this.clusterName = cluster.name;
    this.clusterIdentifier = pulumi.interpolate`${cluster.arn}@${cluster.createdAt}`;
    this.securityGroupId = cluster.vpcConfig.clusterSecurityGroupId;
    this.kubeconfig = pulumi
      .all([cluster.name, cluster.endpoint, cluster.certificateAuthority, pulumi.all(access)])
      .apply(([name, endpoint, certificateAuthority]) =>
        eksKubeconfig({
          name,
          region: args.region,
          endpoint,
          certificateAuthority: certificateAuthority.data,
        }),
      );
    this.registerOutputs({
      clusterName: this.clusterName,
      clusterIdentifier: this.clusterIdentifier,
      kubeconfig: this.kubeconfig,
      securityGroupId: this.securityGroupId,
    });
  }

  // Found out at preview: after fifteen minutes it would be a cluster that nobody who runs `up` can reach.
  private nameForAdministrator({ clusterName, administrators }: EksClusterArgs): pulumi.Output<string> {
    return callerRoleArn({ parent: this }).apply((caller) => {
      checkCaller(caller, administrators);
      return clusterName;
    });
  }

  private secretsKey(name: string, { account, protectData }: EksClusterArgs): aws.kms.Key {
    return new aws.kms.Key(
      `${name}-secrets`,
      {
        description: "Kubernetes Secrets of LSTM-PFD",
        enableKeyRotation: true,
        deletionWindowInDays: 30,
        policy: platformKeyPolicy(account),
      },
      {
        parent: this,
        protect: protectData,
        retainOnDelete: protectData,
        hooks: { afterCreate: [awaitPropagation(`${name}-secrets`, "key of the cluster's Secrets")] },
      },
    );
  }

  private role(
    name: string,
    kind: string,
    service: string,
    policies: string[],
    moreTrust: string[] = [],
  ): ClusterRole {
    const role = new aws.iam.Role(
      `${name}-${kind}`,
      { assumeRolePolicy: serviceTrust(service, ["sts:AssumeRole", ...moreTrust]) },
      { parent: this },
    );
    const attachments = policies.map(
      (policy) =>
        new aws.iam.RolePolicyAttachment(
          `${name}-${kind}-${policy}`,
          { role: role.name, policyArn: `arn:aws:iam::aws:policy/${policy}` },
          { parent: this },
        ),
    );
    return { arn: role.arn, attachments };
  }

  private cluster(
    name: string,
    args: EksClusterArgs,
    parts: { clusterName: pulumi.Output<string>; key: aws.kms.Key; role: ClusterRole; nodeRole: ClusterRole },
    dependsOn: pulumi.Resource[],
  ): aws.eks.Cluster {
    const { publicAccessCidrs } = args;
    const isPublic = publicAccessCidrs === undefined || publicAccessCidrs.length > 0;
    return new aws.eks.Cluster(
      name,
      {
        name: parts.clusterName,
        version: args.kubernetesVersion ?? defaultKubernetesVersion,
        roleArn: parts.role.arn,
        accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false },
        bootstrapSelfManagedAddons: false,
        computeConfig: {
          enabled: true,
          nodePools: ["general-purpose", "system"],
          nodeRoleArn: parts.nodeRole.arn,
        },
        kubernetesNetworkConfig: { elasticLoadBalancing: { enabled: true } },
        storageConfig: { blockStorage: { enabled: true } },
        encryptionConfig: { provider: { keyArn: parts.key.arn }, resources: ["secrets"] },
        enabledClusterLogTypes: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
        // Extended support costs six times as much; the end of standard support is an upgrade then, not a bill.
        upgradePolicy: { supportType: "STANDARD" },
        vpcConfig: {
          subnetIds: args.subnetIds,
          endpointPrivateAccess: true,
          endpointPublicAccess: isPublic,
          ...(publicAccessCidrs === undefined || !isPublic
            ? {}
            : { publicAccessCidrs: [...publicAccessCidrs] }),
        },
      },
      // Seldom more than 16 minutes, but 32 have been seen.
      { parent: this, dependsOn, customTimeouts: { create: "45m", delete: "30m" } },
    );
  }

  /** Access of each administrator. The last one counts as made when the API server lets in who runs this. */
  private administrators(
    name: string,
    { region, administrators }: EksClusterArgs,
    cluster: aws.eks.Cluster,
  ): pulumi.Output<string>[] {
    const { endpoint, certificateAuthority } = cluster;
    const contact = pulumi
      .all([cluster.name, endpoint, certificateAuthority])
      .apply(([name, endpoint, { data }]) => ({ name, region, endpoint, certificateAuthority: data }));
    const made: aws.eks.AccessPolicyAssociation[] = [];
    for (const [index, arn] of administrators.entries())
      made.push(
        this.administrator(
          name,
          cluster,
          arn,
          index < administrators.length - 1
            ? {}
            : { dependsOn: [...made], hooks: { afterCreate: [firstContact(contact)] } },
        ),
      );
    return made.map(({ id }) => id);
  }

  private administrator(
    name: string,
    cluster: aws.eks.Cluster,
    principalArn: string,
    options: pulumi.CustomResourceOptions,
  ): aws.eks.AccessPolicyAssociation {
    const child = `${name}-administrator-${principalArn.slice(principalArn.lastIndexOf("/") + 1)}`;
    const entry = new aws.eks.AccessEntry(
      child,
      { clusterName: cluster.name, principalArn },
      { parent: this },
    );
    return new aws.eks.AccessPolicyAssociation(
      child,
      {
        clusterName: cluster.name,
        principalArn: entry.principalArn,
        policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
        accessScope: { type: "cluster" },
      },
      { parent: this, ...options },
    );
  }
}

/** ARN of the role, or the user, whose credentials the provider uses: without the session, and with the role's path. */
function callerRoleArn(options: pulumi.InvokeOptions): pulumi.Output<string> {
  const { arn } = aws.getCallerIdentityOutput({}, options);
  return aws.iam.getSessionContextOutput({ arn }, options).issuerArn;
}

interface ClusterRole {
  arn: pulumi.Output<string>;
  attachments: pulumi.Resource[];
}

/**
 * @param caller ARN of the role that runs this
 * @throws Error when it would make a cluster that it cannot use
 */
export function checkCaller(caller: string, administrators: readonly string[]): void {
  if (!administrators.includes(caller))
    throw new Error(
      `administrators is "${administrators.join(",")}": must hold who runs this, or the cluster could not be used; add ${caller}`,
    );
}

function checkArguments(args: EksClusterArgs): void {
  const { clusterName, subnetIds, administrators, kubernetesVersion, logRetentionDays = 90 } = args;
  checkAccount("account", args.account);
  checkRegion("region", args.region);
  check(clusterNameRule, "clusterName", clusterName);
  if (subnetIds.length < 2)
    throw new Error(`subnetIds has ${subnetIds.length}: must be subnets in at least two zones`);
  check(administratorsRule, "administrators", administrators);
  if (kubernetesVersion !== undefined) checkKubernetesVersion("kubernetesVersion", kubernetesVersion);
  check(logRetentionRule, "logRetentionDays", logRetentionDays);
}
