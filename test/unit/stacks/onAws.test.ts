import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { parseConfig, qualified } from "../../../config/config";
import { kitSecrets } from "../../../plan/names";
import { clusterBaseOnAws } from "../../../stacks/onAws";
import { only } from "../components/recordResources";
import { account, operatorRoleArn } from "../components/aws/accounts";
import { policyVerdicts } from "../components/aws/policyVerdicts";
import { optionsOfOne, recordRegistrations, type Registrations } from "../components/aws/recordRegistrations";

const config = parseConfig(
  qualified({
    layer: "platform",
    cluster: "eks",
    objectStore: "aws",
    awsAccount: account,
    awsRegion: "eu-central-1",
    vaultRegion: "eu-central-1",
    bucket: "lstm-pfd-backups",
    roleNamePrefix: "lstm-pfd-backup",
    networkCidr: "10.20.0.0/16",
    zones: "eu-central-1a,eu-central-1b,eu-central-1c",
    clusterName: "lstm-pfd-generation-0001",
    clusterAdministrators: operatorRoleArn,
    host: "lstm-pfd.example.com",
    certificateIssuer: "acme-production",
    acmeEmail: "operations@example.com",
    imageApplication: "registry.example.com/application:1",
    imageOperations: "registry.example.com/operations:1",
    imagePostgres: "registry.example.com/postgres:1",
    imageRedis: "registry.example.com/redis:1",
    ...Object.fromEntries(kitSecrets.map((key) => [key, "of the kit"])),
  }),
);

function build(): Promise<Registrations> {
  return recordRegistrations(
    () => {
      const { ready, ingress, certManager } = clusterBaseOnAws(config);
      new pulumi.ComponentResource("lstm-pfd:Recovery", "recovery", {}, { dependsOn: ready });
      new pulumi.ComponentResource("lstm-pfd:Application", "application", {}, { dependsOn: ingress ?? [] });
      new pulumi.ComponentResource(
        "lstm-pfd:Verification",
        "verification",
        {},
        { dependsOn: certManager ?? [] },
      );
    },
    {
      "aws:eks/cluster:Cluster": () => ({
        arn: "arn:aws:eks:eu-central-1:123456789012:cluster/lstm-pfd",
        createdAt: "2026-11-24",
        endpoint: "https://eks.example.com",
        certificateAuthority: { data: "Q0E=" },
        vpcConfig: { clusterSecurityGroupId: "sg-cluster" },
      }),
    },
    {
      "aws:iam/getSessionContext:getSessionContext": () => ({ issuerArn: operatorRoleArn }),
      "aws:iam/getRole:getRole": ({ name }) => ({ arn: `arn:${String(name)}` }),
    },
  );
}

describe("the platform's cluster base on AWS", () => {
  let made: Registrations;
  before(async () => {
    made = await build();
  });

  /** Whether a resource waits for another, by itself or by what it waits for. */
  const waits = (from: string, what: string, seen = new Set<string>()): boolean => {
    if (seen.has(from)) return false;
    seen.add(from);
    const own = made.options.filter(({ type, name }) => `${type}::${name}` === from);
    const nexts = own.flatMap(({ waitsFor, parent }) => [...waitsFor, parent]);
    return nexts
      .map((urn) => urn.slice(Math.max(urn.lastIndexOf("$"), urn.indexOf("lstm-pfd::") + 9) + 1))
      .some((next) => next === what || waits(next, what, seen));
  };
  const cluster = "aws:eks/cluster:Cluster::cluster";

  it("makes nothing in the cluster through any other provider than the cluster's own", () => {
    const provider = only(made.resources, "pulumi:providers:kubernetes", "kubernetes");
    assert.equal("deleteUnreachable" in provider, false);
    assert.match(String(provider["clusterIdentifier"]), /cluster\/lstm-pfd@2026-11-24$/);
    assert.ok(waits("pulumi:providers:kubernetes::kubernetes", cluster));
  });

  for (const parallel of [
    "aws:ec2/natGateway:NatGateway::network-eu-central-1a",
    "aws:efs/fileSystem:FileSystem::checkpoints",
    "aws:efs/mountTarget:MountTarget::checkpoints-0",
    "aws:iam/role:Role::addons-efs",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment::addons-efs",
  ])
    it(`begins ${parallel} while the control plane is made`, () => {
      assert.equal(waits(parallel, cluster), false);
      assert.equal(waits(cluster, parallel), false);
    });

  it("installs nothing before nodes can pull images", () => {
    const way = "aws:ec2/natGateway:NatGateway::network-eu-central-1a";
    for (const release of ["ingress", "cert-manager"])
      assert.ok(waits(`kubernetes:helm.sh/v3:Release::${release}`, way), release);
    for (const addon of ["aws-efs-csi-driver", "metrics-server"])
      for (const needed of [way, cluster])
        assert.ok(waits(`aws:eks/addon:Addon::addons-${addon}`, needed), `${addon} ${needed}`);
  });

  it("offers volumes for one pod as soon as the provider of the cluster is there", () => {
    const storageClass = "kubernetes:storage.k8s.io/v1:StorageClass::storage-block";
    for (const other of [
      "aws:ec2/natGateway:NatGateway::network-eu-central-1a",
      "aws:efs/fileSystem:FileSystem::checkpoints",
      "aws:eks/addon:Addon::addons-aws-efs-csi-driver",
      "aws:eks/addon:Addon::addons-metrics-server",
    ])
      assert.equal(waits(storageClass, other), false, other);
  });

  it("lets a recovery wait for the database's volume and its rights, and neither it nor the application for an add-on", () => {
    const recovery = "lstm-pfd:Recovery::recovery";
    for (const needed of [
      "kubernetes:storage.k8s.io/v1:StorageClass::storage-block",
      "kubernetes:core/v1:ConfigMap::network-policies",
      "aws:eks/podIdentityAssociation:PodIdentityAssociation::identities-lstm-pfd-reader",
    ])
      assert.ok(waits(recovery, needed), needed);
    for (const addon of ["aws-efs-csi-driver", "metrics-server"]) {
      assert.ok(optionsOfOne(made, "aws:eks/addon:Addon", `addons-${addon}`));
      for (const waiting of [recovery, "lstm-pfd:Application::application"])
        assert.equal(waits(waiting, `aws:eks/addon:Addon::addons-${addon}`), false, `${waiting} ${addon}`);
    }
  });

  it("starts the application before certificates can be issued, and proves it only then", () => {
    const certManager = "kubernetes:helm.sh/v3:Release::cert-manager";
    assert.ok(waits("lstm-pfd:Application::application", "kubernetes:helm.sh/v3:Release::ingress"));
    assert.equal(waits("lstm-pfd:Application::application", certManager), false);
    assert.ok(waits("lstm-pfd:Verification::verification", certManager));
  });

  it("offers shared volumes only when their driver and their file system are there", () => {
    const storageClass = "kubernetes:storage.k8s.io/v1:StorageClass::storage-shared";
    assert.ok(waits(storageClass, "aws:eks/addon:Addon::addons-aws-efs-csi-driver"));
    assert.ok(waits(storageClass, "aws:efs/mountTarget:MountTarget::checkpoints-2"));
    assert.equal(optionsOfOne(made, "aws:efs/fileSystem:FileSystem", "checkpoints").protect, true);
  });

  it("gives the vault's roles to the pods, and owns nothing of the vault", () => {
    const association = only(
      made.resources,
      "aws:eks/podIdentityAssociation:PodIdentityAssociation",
      "identities-lstm-pfd-postgresql",
    );
    assert.equal(association["roleArn"], "arn:lstm-pfd-backup-writer");
    assert.deepEqual(
      made.resources.filter(({ type }) => type.startsWith("aws:s3/")),
      [],
    );
  });

  it("passes every rule of the policy pack that is for a cluster base", async () => {
    assert.deepEqual(await policyVerdicts(made, ["class-coverage"]), []);
  });
});
