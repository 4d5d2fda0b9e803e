import assert from "node:assert/strict";
import { ClusterAddons } from "../../../../components/aws/clusterAddons";
import { DatabaseNodes } from "../../../../components/aws/databaseNodes";
import { NetworkPolicyController } from "../../../../components/aws/networkPolicyController";
import { PodIdentities } from "../../../../components/aws/podIdentities";
import { Storage } from "../../../../components/aws/storage";
import { only } from "../recordResources";
import { optionsOfOne, recordRegistrations } from "./recordRegistrations";
import { refuses } from "./refusal";
import { backupServiceAccounts } from "../../../../plan/names";
import { productionResources } from "../../../../plan/resources";

describe("ClusterAddons", () => {
  const addon = "aws:eks/addon:Addon";

  it("are the file system driver with its role, and the metrics", async () => {
    const made = await recordRegistrations(() => {
      new ClusterAddons("addons", { clusterName: "lstm-pfd", podsNeed: [] });
    });
    const driver = only(made.resources, addon, "addons-aws-efs-csi-driver");
    assert.deepEqual([driver["addonName"], driver["addonVersion"]], ["aws-efs-csi-driver", undefined]);
    assert.equal(
      (driver["podIdentityAssociations"] as [{ serviceAccount: string }])[0].serviceAccount,
      "efs-csi-controller-sa",
    );
    assert.equal(only(made.resources, addon, "addons-metrics-server")["addonName"], "metrics-server");
    const { waitsFor, createTimeout } = optionsOfOne(made, addon, "addons-aws-efs-csi-driver");
    assert.ok(waitsFor.some((urn) => urn.includes("RolePolicyAttachment")));
    assert.equal(createTimeout, "10m");
  });

  it("give metrics the time of a whole recovery before they fail", async () => {
    const made = await recordRegistrations(() => {
      new ClusterAddons("addons", { clusterName: "lstm-pfd", podsNeed: [] });
    });
    assert.equal(optionsOfOne(made, addon, "addons-metrics-server").createTimeout, "45m");
  });

  it("can be held at a version", async () => {
    const { resources } = await recordRegistrations(() => {
      new ClusterAddons("addons", {
        clusterName: "lstm-pfd",
        podsNeed: [],
        versions: { "metrics-server": "v0.8.0-eksbuild.2" },
      });
    });
    assert.equal(only(resources, addon, "addons-metrics-server")["addonVersion"], "v0.8.0-eksbuild.2");
  });
});

describe("DatabaseNodes", () => {
  const build = (window: string) => () =>
    new DatabaseNodes("nodes", { resources: productionResources.database, window });

  it("are a pool that other pods keep off, replaced in the window", async () => {
    const { resources } = await recordRegistrations(() => void build("sun 06:00 4h")());
    const pool = only(resources, "kubernetes:karpenter.sh/v1:NodePool", "nodes");
    assert.deepEqual(
      [pool["apiVersion"], pool["kind"], pool["metadata"]],
      ["karpenter.sh/v1", "NodePool", { name: "lstm-pfd-database" }],
    );
    const { template } = pool["spec"] as {
      template: { metadata: { labels: object }; spec: { nodeClassRef: object; taints: object[] } };
    };
    assert.deepEqual(template.metadata.labels, { "recovery.lstm-pfd/nodes": "database" });
    assert.deepEqual(template.spec.taints, [
      { key: "recovery.lstm-pfd/nodes", value: "database", effect: "NoSchedule" },
    ]);
    assert.deepEqual(template.spec.nodeClassRef, {
      group: "eks.amazonaws.com",
      kind: "NodeClass",
      name: "default",
    });
  });

  it("refuse a window that is none", () =>
    refuses(
      build("sunday"),
      'window is "sunday": must be a day of the week, a time in UTC and a length of 1 to 24 hours, as in sun 06:00 4h, or none',
    ));
});

describe("Storage", () => {
  const storageClass = "kubernetes:storage.k8s.io/v1:StorageClass";
  const build = (protectData: boolean) =>
    recordRegistrations(() => {
      new Storage("storage", { fileSystemId: "fs-1", sharedVolumesNeed: [], protectData });
    });

  it("has an encrypted default class of the driver that Auto Mode brings", async () => {
    const { resources } = await build(true);
    const block = only(resources, storageClass, "storage-block");
    assert.deepEqual(
      [block["provisioner"], block["parameters"], block["volumeBindingMode"], block["reclaimPolicy"]],
      ["ebs.csi.eks.amazonaws.com", { type: "gp3", encrypted: "true" }, "WaitForFirstConsumer", "Retain"],
    );
    assert.deepEqual(block["metadata"], {
      name: "lstm-pfd-block",
      annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
    });
  });

  it("has a class for many pods, whose files are the application's", async () => {
    const { resources } = await build(false);
    const shared = only(resources, storageClass, "storage-shared");
    assert.deepEqual(
      [shared["provisioner"], shared["parameters"], shared["reclaimPolicy"]],
      [
        "efs.csi.aws.com",
        {
          provisioningMode: "efs-ap",
          fileSystemId: "fs-1",
          directoryPerms: "700",
          uid: "1000",
          gid: "1000",
        },
        "Delete",
      ],
    );
  });
});

describe("PodIdentities", () => {
  const roleArns = { writer: "arn:writer", janitor: "arn:janitor", reader: "arn:reader" };
  const args = { clusterName: "lstm-pfd", namespace: "lstm-pfd", roleArns };

  it("give each service account the role that it is for", async () => {
    const { resources } = await recordRegistrations(() => {
      new PodIdentities("identities", { ...args, serviceAccounts: backupServiceAccounts });
    });
    assert.deepEqual(
      resources
        .filter(({ type }) => type === "aws:eks/podIdentityAssociation:PodIdentityAssociation")
        .map(({ inputs }) => [inputs["namespace"], inputs["serviceAccount"], inputs["roleArn"]]),
      [
        ["lstm-pfd", "lstm-pfd-janitor", "arn:janitor"],
        ["lstm-pfd", "lstm-pfd-postgresql", "arn:writer"],
        ["lstm-pfd", "lstm-pfd-reader", "arn:reader"],
        ["lstm-pfd", "lstm-pfd-writer", "arn:writer"],
      ],
    );
  });

  it("give pods that write evidence a role where the vault has one", async () => {
    const { resources } = await recordRegistrations(() => {
      new PodIdentities("identities", {
        ...args,
        roleArns: { ...roleArns, evidence: "arn:evidence" },
        serviceAccounts: backupServiceAccounts,
      });
    });
    const association = only(
      resources,
      "aws:eks/podIdentityAssociation:PodIdentityAssociation",
      "identities-lstm-pfd-evidence",
    );
    assert.equal(association["roleArn"], "arn:evidence");
  });

  it("refuse two roles for one service account", () =>
    refuses(
      () =>
        new PodIdentities("identities", {
          ...args,
          serviceAccounts: { ...backupServiceAccounts, janitor: ["lstm-pfd-writer"] },
        }),
      'serviceAccounts is "lstm-pfd-writer,lstm-pfd-postgresql,lstm-pfd-writer,lstm-pfd-reader,lstm-pfd-evidence": must name each account once, because a pod has one role',
    ));
});

describe("NetworkPolicyController", () => {
  it("is the switch that Auto Mode looks for", async () => {
    const { resources } = await recordRegistrations(() => {
      new NetworkPolicyController("policies");
    });
    assert.deepEqual(only(resources, "kubernetes:core/v1:ConfigMap", "policies"), {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "amazon-vpc-cni", namespace: "kube-system" },
      data: { "enable-network-policy-controller": "true" },
    });
  });
});
