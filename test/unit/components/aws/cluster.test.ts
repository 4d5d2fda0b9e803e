import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { checkCaller, EksCluster, type EksClusterArgs } from "../../../../components/aws/cluster";
import { only } from "../recordResources";
import { account, operatorRoleArn } from "./accounts";
import { optionsOfOne, recordRegistrations } from "./recordRegistrations";
import { refuses } from "./refusal";

const logKeyArn = `arn:aws:kms:eu-central-1:${account}:key/logs`;

const args: EksClusterArgs = {
  account,
  region: "eu-central-1",
  clusterName: "lstm-pfd-generation-0001",
  subnetIds: ["subnet-a", "subnet-b", "subnet-c"],
  administrators: [operatorRoleArn],
  logKeyArn,
  protectData: true,
};
const cluster = "aws:eks/cluster:Cluster";

const outputs = {
  "aws:iam/role:Role": ({ name }: pulumi.runtime.MockResourceArgs) => ({ arn: `arn:${name}`, name }),
  [cluster]: () => ({
    arn: "arn:aws:eks:eu-central-1:123456789012:cluster/lstm-pfd-generation-0001",
    createdAt: "2026-11-24 10:00:00 +0000 UTC",
    endpoint: "https://eks.example.com",
    certificateAuthority: { data: "Q0E=" },
  }),
};

async function build(changes: Partial<EksClusterArgs> = {}) {
  const known: { kubeconfig?: string; identifier?: string } = {};
  const made = await recordRegistrations(
    () => {
      const { kubeconfig, clusterIdentifier } = new EksCluster("eks", { ...args, ...changes });
      pulumi.all([kubeconfig, clusterIdentifier]).apply(([text, identifier]) => {
        Object.assign(known, { kubeconfig: text, identifier });
      });
    },
    outputs,
    { "aws:iam/getSessionContext:getSessionContext": () => ({ issuerArn: operatorRoleArn }) },
  );
  return { made, known, inputs: only(made.resources, cluster, "eks") };
}

describe("EksCluster", () => {
  it("is in Auto Mode, whole: compute, load balancers, block storage, and no add-on of its own", async () => {
    const { inputs, made } = await build();
    assert.deepEqual(inputs["computeConfig"], {
      enabled: true,
      nodePools: ["general-purpose", "system"],
      nodeRoleArn: "arn:eks-node",
    });
    assert.deepEqual(inputs["kubernetesNetworkConfig"], { elasticLoadBalancing: { enabled: true } });
    assert.deepEqual(inputs["storageConfig"], { blockStorage: { enabled: true } });
    assert.equal(inputs["bootstrapSelfManagedAddons"], false);
    assert.deepEqual(
      made.resources.filter(({ type }) => type === "aws:eks/addon:Addon"),
      [],
    );
  });

  it("counts as made when the key is known everywhere, and the API server lets in who runs this", async () => {
    const other = "arn:aws:iam::123456789012:role/other";
    const { made } = await build({ administrators: [operatorRoleArn, other] });
    const key = optionsOfOne(made, "aws:kms/key:Key", "eks-secrets");
    assert.deepEqual(key.afterCreate, ["propagation-eks-secrets"]);
    const access = made.options.filter(({ type }) => type.endsWith(":AccessPolicyAssociation"));
    assert.deepEqual(
      access.map(({ afterCreate }) => afterCreate),
      [[], ["first-contact"]],
    );
    // Whoever runs this may be any of them.
    assert.ok(access[1]?.waitsFor.some((urn) => urn.endsWith(access[0]?.name ?? "?")));
  });

  it("knows its administrators by access entries, and takes nobody else in", async () => {
    const { inputs, made } = await build();
    assert.deepEqual(inputs["accessConfig"], {
      authenticationMode: "API",
      bootstrapClusterCreatorAdminPermissions: false,
    });
    const entry = only(made.resources, "aws:eks/accessEntry:AccessEntry", "eks-administrator-operator");
    assert.equal(entry["principalArn"], operatorRoleArn);
    const access = only(
      made.resources,
      "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
      "eks-administrator-operator",
    );
    assert.deepEqual(access["accessScope"], { type: "cluster" });
  });

  it("encrypts its Secrets with a key of its own and keeps every log", async () => {
    const { inputs, made } = await build({ logRetentionDays: 30 });
    assert.deepEqual((inputs["encryptionConfig"] as { resources: string[] }).resources, ["secrets"]);
    assert.deepEqual(inputs["enabledClusterLogTypes"], [
      "api",
      "audit",
      "authenticator",
      "controllerManager",
      "scheduler",
    ]);
    const logs = only(made.resources, "aws:cloudwatch/logGroup:LogGroup", "eks");
    assert.deepEqual(
      [logs["name"], logs["retentionInDays"], logs["kmsKeyId"]],
      ["/aws/eks/lstm-pfd-generation-0001/cluster", 30, logKeyArn],
    );
    assert.equal(optionsOfOne(made, "aws:kms/key:Key", "eks-secrets").protect, true);
  });

  it("waits for its rights and its log group, and may take its time", async () => {
    const { made } = await build();
    const { waitsFor, createTimeout } = optionsOfOne(made, cluster, "eks");
    for (const needed of ["AmazonEKSComputePolicy", "AmazonEKSWorkerNodeMinimalPolicy", "LogGroup"])
      assert.ok(
        waitsFor.some((urn) => urn.includes(needed)),
        needed,
      );
    assert.equal(createTimeout, "45m");
  });

  it("is open to all networks, to some networks, or to its own network only", async () => {
    const network = async (publicAccessCidrs?: string[]) =>
      (await build(publicAccessCidrs === undefined ? {} : { publicAccessCidrs })).inputs["vpcConfig"];
    const always = { subnetIds: args.subnetIds, endpointPrivateAccess: true };
    assert.deepEqual(await network(), { ...always, endpointPublicAccess: true });
    assert.deepEqual(await network(["203.0.113.0/24"]), {
      ...always,
      endpointPublicAccess: true,
      publicAccessCidrs: ["203.0.113.0/24"],
    });
    assert.deepEqual(await network([]), { ...always, endpointPublicAccess: false });
  });

  it("gives a kubeconfig without a secret, and another identity to another cluster", async () => {
    const { known } = await build();
    const { users, clusters } = JSON.parse(known.kubeconfig ?? "") as {
      users: [{ user: { exec: { command: string; args: string[] } } }];
      clusters: [{ cluster: object }];
    };
    assert.deepEqual(clusters[0].cluster, {
      server: "https://eks.example.com",
      "certificate-authority-data": "Q0E=",
    });
    assert.equal(users[0].user.exec.command, "aws");
    assert.match(known.identifier ?? "", /cluster\/lstm-pfd-generation-0001@2026-11-24/);
  });

  it("has the default version of Kubernetes, or another one that EKS supports", async () => {
    assert.equal((await build()).inputs["version"], "1.36");
    assert.equal((await build({ kubernetesVersion: "1.35" })).inputs["version"], "1.35");
  });

  it("is refused to who could not use it", () => {
    checkCaller(operatorRoleArn, args.administrators);
    assert.throws(
      () => {
        checkCaller("arn:aws:iam::123456789012:role/other", args.administrators);
      },
      new Error(
        `administrators is "${operatorRoleArn}": must hold who runs this, or the cluster could not be used; add arn:aws:iam::123456789012:role/other`,
      ),
    );
  });

  for (const [changes, message] of [
    [
      { clusterName: "-x" },
      'clusterName is "-x": must hold at most 100 letters, digits, hyphens and underscores, and start with a letter or digit',
    ],
    [{ subnetIds: ["one"] }, "subnetIds has 1: must be subnets in at least two zones"],
    [
      { administrators: [] },
      "administrators is empty: must be ARNs of roles, comma-separated, each once, as in arn:aws:iam::123456789012:role/operator",
    ],
    [
      { administrators: [operatorRoleArn, operatorRoleArn] },
      `administrators is "${operatorRoleArn},${operatorRoleArn}": must be ARNs of roles, comma-separated, each once, as in arn:aws:iam::123456789012:role/operator`,
    ],
    [
      { kubernetesVersion: "1.33" },
      'kubernetesVersion is "1.33": must be a minor version in standard support at EKS, 1.34 or newer, as in 1.36',
    ],
    [
      { logRetentionDays: 10 },
      'logRetentionDays is "10": must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, which is what CloudWatch takes',
    ],
  ] satisfies [Partial<EksClusterArgs>, string][])
    it(`refuses ${JSON.stringify(changes)}`, () =>
      refuses(() => new EksCluster("eks", { ...args, ...changes }), message));
});
