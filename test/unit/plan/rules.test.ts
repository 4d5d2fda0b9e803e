import assert from "node:assert/strict";
import { bucketNameRule, regionRule } from "../../../plan/aws/arns";
import { hostRule, namespaceRule } from "../../../plan/clusterNames";
import { imageRule } from "../../../plan/imageReference";
import { check, type Rule } from "../../../plan/rule";

const digest = "@sha256:0000000000000000000000000000000000000000000000000000000000000001";

/** Rule → values that keep it, and values that break it. */
const table: [name: string, rule: Rule, kept: string[], broken: string[]][] = [
  [
    "a bucket",
    bucketNameRule,
    ["example-backups", "0ab", "a--b", "sthree", "s3alias-backups", "plan", "a".repeat(63)],
    [
      ...["xn--backups", "sthree-backups", "sthree-configurator", "amzn-s3-demo-bucket"],
      ...[
        "backups-s3alias",
        "backups--ol-s3",
        "backups--x-s3",
        "backups--euc1-az1--x-s3",
        "backups--table-s3",
      ],
      ...[
        "backups.mrap",
        "backups-123456789012-eu-central-1-an",
        "192.168.5.4",
        "a.b.c",
        "ab",
        "a".repeat(64),
      ],
      ...["Backups", "back_ups", "-backups", "backups-", ""],
    ],
  ],
  [
    "a region",
    regionRule,
    ["eu-central-1", "us-east-1", "ap-southeast-7", "il-central-1", "mx-central-1", "ca-west-1"],
    [
      ...["us-gov-west-1", "us-gov-east-1", "cn-north-1", "cn-northwest-1", "eusc-de-east-1"],
      ...["us-iso-east-1", "us-isob-east-1", "eu-isoe-west-1", "us-isof-south-1"],
      ...["eu-central", "eu-central-1a", "EU-central-1", "Frankfurt", ""],
    ],
  ],
  [
    "a host",
    hostRule,
    [
      "lstm-pfd.example.com",
      "app.internal",
      "10.0.0.1.nip.io",
      "a.xn--p1ai",
      `${"a".repeat(63)}.example.com`,
    ],
    [
      ...["192.0.2.10", "10.0.0.1", "1.2.3", "example.1", "2001:db8::1", "[2001:db8::1]", "localhost"],
      ...[
        "Example.com",
        "*.example.com",
        "a..example.com",
        "-a.example.com",
        "a-.example.com",
        "example.com.",
      ],
      ...[`${"a".repeat(64)}.example.com`, `${"a.".repeat(126)}example`, "example.com:443", ""],
    ],
  ],
  [
    "the application's namespace",
    namespaceRule,
    ["lstm-pfd", "a", "shop2", "kubernetes-app", "default-shop", "a2345678901234567890"],
    [
      ...[
        "kube-system",
        "kube-public",
        "kube-node-lease",
        "kube-anything",
        "default",
        "cert-manager",
        "ingress",
      ],
      ...["shop-", "-shop", "2shop", "Shop", "a.b", "a23456789012345678901", ""],
    ],
  ],
  [
    "an image",
    imageRule,
    [
      ...["redis", "redis:7", "library/redis:7.4", "registry.example.com/lstm-pfd:1", `localhost/a${digest}`],
      ...[
        `localhost:5000/team/a-b__c.d:V1.0_x${digest}`,
        "Registry.Example.COM/a",
        "registry:5000/a",
        "a---b",
      ],
      "123456789012.dkr.ecr.eu-central-1.amazonaws.com/lstm-pfd:1",
    ],
    [
      ...["Redis", "registry.example.com/LSTM-PFD:1", "LSTM/pfd:1", "registry.example.com/team/Pfd"],
      ...[
        "not an image",
        "a//b",
        "/a",
        "a/",
        "a:",
        "a:-1",
        "https://registry.example.com/a",
        "a___b",
        "-a",
        "a-",
      ],
      ...["a@sha256:1", `a${digest.toUpperCase()}`, `a${digest}0`, "a@sha512:00", `a:${"1".repeat(129)}`],
      "a".repeat(256),
    ],
  ],
];

describe("a rule", () => {
  for (const [name, rule, kept, broken] of table) {
    it(`for ${name} holds for its example`, () => {
      assert.ok(rule.holds(rule.example));
    });
    for (const value of kept)
      it(`for ${name} takes "${value.slice(0, 70)}"`, () => {
        check(rule, "key", value);
      });
    for (const value of broken)
      it(`for ${name} refuses "${value.slice(0, 70)}", with key, value and rule`, () => {
        assert.throws(
          () => {
            check(rule, "key", value);
          },
          new Error(`key is ${value === "" ? "empty" : `"${value}"`}: ${rule.says}`),
        );
      });
  }
});
