import assert from "node:assert/strict";
import { checkLock, defaultLock } from "../../../../plan/aws/objectLock";
import { zonesRule, zoneSubnets } from "../../../../plan/aws/subnets";
import { shown } from "../../../../plan/rule";
import { backupClasses, defaultRetentionDays } from "../../../../plan/backupClasses";
import { eksKubeconfig, checkKubernetesVersion } from "../../../../plan/aws/eks";

const zones = ["a", "b", "c"];

describe("zoneSubnets", () => {
  it("gives every zone its own addresses, all of them inside the network", () => {
    assert.deepEqual(zoneSubnets("172.16.16.0/20", zones), [
      { zone: "a", privateCidr: "172.16.16.0/23", publicCidr: "172.16.22.0/26" },
      { zone: "b", privateCidr: "172.16.18.0/23", publicCidr: "172.16.22.64/26" },
      { zone: "c", privateCidr: "172.16.20.0/23", publicCidr: "172.16.22.128/26" },
    ]);
  });

  it("works at the upper end of the addresses", () => {
    assert.equal(zoneSubnets("192.168.0.0/16", zones)[2]?.privateCidr, "192.168.64.0/19");
  });

  for (const cidr of [
    "",
    "10.0.0.0",
    "10.0.0.0/15",
    "10.0.0.0/21",
    "10.0.1.0/16",
    "10.0.256.0/16",
    "172.32.0.0/16",
    "192.169.0.0/16",
    "8.8.0.0/16",
  ])
    it(`refuses "${cidr}"`, () => {
      assert.throws(
        () => zoneSubnets(cidr, zones),
        new Error(
          `cidr is "${cidr}": must be a private IPv4 network from /16 to /20 on its own boundary, as in 10.20.0.0/16`,
        ),
      );
    });

  for (const bad of [[], ["a", "b"], ["a", "b", "b"], ["a", "b", "c", "d"]])
    it(`refuses the zones ${bad.join(",")}`, () => {
      assert.throws(
        () => zoneSubnets("10.0.0.0/16", bad),
        new Error(`zones is ${shown(bad)}: ${zonesRule.says}`),
      );
    });
});

describe("the lock of the vault", () => {
  const classes = Object.values(backupClasses(defaultRetentionDays));

  it("is as long as the class that is kept shortest", () => {
    assert.deepEqual(defaultLock(classes), { mode: "governance", days: 7 });
    const shortModels = Object.values(backupClasses({ ...defaultRetentionDays, models: 3 }));
    assert.deepEqual(defaultLock(shortModels), { mode: "governance", days: 3 });
  });

  for (const days of [1, 7])
    it(`may be ${days} days`, () => {
      checkLock("lock.days", { mode: "governance", days }, classes);
    });
  for (const days of [0, -1, 1.5, 8])
    it(`may not be ${days} days`, () => {
      assert.throws(
        () => {
          checkLock("lock.days", { mode: "governance", days }, classes);
        },
        new Error(
          `lock.days is "${days}": must be from 1 to 7, the days of class wal, which is kept shortest; a longer lock keeps what has expired`,
        ),
      );
    });
});

describe("the version of Kubernetes", () => {
  for (const version of ["1.34", "1.36", "1.40"])
    it(`may be ${version}`, () => {
      checkKubernetesVersion("kubernetesVersion", version);
    });
  for (const version of ["1.33", "1.9", "v1.36", "1.36.3", "latest", ""])
    it(`may not be "${version}"`, () => {
      assert.throws(() => {
        checkKubernetesVersion("kubernetesVersion", version);
      }, /must be a minor version in standard support at EKS, 1\.34 or newer, as in 1\.36/);
    });
});

describe("the kubeconfig of EKS", () => {
  it("asks the aws command line for a token and holds none", () => {
    const text = eksKubeconfig({
      name: "lstm-pfd",
      region: "eu-central-1",
      endpoint: "https://eks.example.com",
      certificateAuthority: "Q0E=",
    });
    const { users } = JSON.parse(text) as { users: { user: { exec: Record<string, unknown> } }[] };
    assert.deepEqual(users[0]?.user.exec, {
      apiVersion: "client.authentication.k8s.io/v1",
      command: "aws",
      args: [
        "eks",
        "get-token",
        "--cluster-name",
        "lstm-pfd",
        "--region",
        "eu-central-1",
        "--output",
        "json",
      ],
      interactiveMode: "Never",
    });
    assert.doesNotMatch(text, /"token"/);
  });
});
