import assert from "node:assert/strict";
import type { Policies } from "@pulumi/policy";
import { rules } from "../../../policies/rules";
import { backupBuckets } from "../../../policies/rules/backupBuckets";
import { selectBackupBuckets } from "../../../policies/shared/backupBuckets";
import { inputRecorder } from "../../../policies/shared/recordedInputs";
import { awsTypes } from "../../../policies/shared/resourceTypes";
import { describeResourceRule } from "./describeRule";
import { examineResource, examineStack, type Sample, unknown, type Verdict } from "./examine";

const all = { names: [], tags: {} };
const replication = {
  type: awsTypes.replication,
  name: "replication",
  props: { bucket: "backups", rules: [{ destination: { bucket: "arn:aws:s3:::backups-replica" } }] },
};

describeResourceRule(backupBuckets, replication, [
  { title: "wants a copy of backups to be one of them", config: { names: ["backups", "backups-replica"] } },
  {
    title: "refuses a copy that no rule looks at",
    config: { names: ["backups"] },
    violations: [
      'BucketReplicationConfig "replication": it copies backups to backups-replica, which is no backup bucket by names and tags: no rule looks at it',
    ],
  },
  {
    title: "leaves other copies alone",
    config: { names: ["others"] },
    notApplicable: "its bucket holds no backups, as backup-buckets is configured",
  },
]);

/** A bucket of a public website, as nobody would keep backups: every safeguard is missing or open. */
const website: Sample[] = [
  {
    type: awsTypes.bucket,
    name: "website",
    props: { bucket: "www.example.com", tags: { purpose: "website" }, forceDestroy: true },
    protect: false,
  },
  {
    type: awsTypes.publicAccessBlock,
    name: "website-access",
    props: { bucket: "www.example.com", blockPublicAcls: false, blockPublicPolicy: false },
    protect: false,
  },
  {
    type: awsTypes.policy,
    name: "website-policy",
    props: {
      bucket: "www.example.com",
      policy: JSON.stringify({
        Statement: [
          {
            Effect: "Allow",
            Principal: "*",
            Action: "s3:GetObject",
            Resource: "arn:aws:s3:::www.example.com/*",
          },
        ],
      }),
    },
    protect: false,
  },
];
const vault: Sample = {
  type: awsTypes.bucket,
  name: "kept",
  props: { bucket: "backups", tags: { purpose: "backups", team: "data" } },
};
const openVault: Sample = {
  type: awsTypes.publicAccessBlock,
  name: "kept-access",
  props: { bucket: "backups", blockPublicAcls: false, blockPublicPolicy: false },
};

/** What the pack says of a stack. */
async function violationsOf(samples: readonly Sample[], config: object): Promise<string[]> {
  const of = (rule: Policies[number]): Record<string, unknown> =>
    rule.name === backupBuckets.name ? (config as Record<string, unknown>) : {};
  const verdicts: Verdict[] = [];
  for (const sample of samples) {
    await examineResource(inputRecorder, sample);
    for (const rule of rules)
      if (!("validateStack" in rule)) verdicts.push(await examineResource(rule, sample, of(rule)));
  }
  for (const rule of rules)
    if ("validateStack" in rule) verdicts.push(await examineStack(rule, samples, of(rule)));
  return verdicts.flatMap(({ violations }) => violations).filter((text) => !text.startsWith("class "));
}

describe("buckets that hold no backups", () => {
  afterEach(() => {
    selectBackupBuckets(all);
  });
  const mentions = (violations: readonly string[], name: string): string[] =>
    violations.filter((text) => text.includes(name));

  it("are judged too where nothing says which do", async () => {
    assert.ok(mentions(await violationsOf([...website, vault], {}), "website").length >= 10);
  });

  for (const [by, config] of [
    ["the name of the bucket", { names: ["backups"] }],
    ["the name of the resource", { names: ["kept"] }],
    ["a tag", { tags: { purpose: "backups" } }],
    ["all of some tags", { tags: { purpose: "backups", team: "data" } }],
  ] as const)
    it(`are left alone where ${by} says which do, and those are judged`, async () => {
      const violations = await violationsOf([vault, openVault, ...website], config);
      assert.deepEqual(mentions(violations, "website"), []);
      assert.notDeepEqual(mentions(violations, '"kept"'), []);
      assert.notDeepEqual(mentions(violations, '"kept-access"'), []);
    });

  it("are those of which only some of the tags are there", async () => {
    const config = { tags: { purpose: "backups", team: "other" } };
    const violations = await violationsOf([vault, openVault, ...website], config);
    assert.deepEqual([...mentions(violations, "kept"), ...mentions(violations, "website")], []);
  });

  it("cannot be told of another stack's bucket where tags decide, which is judged", async () => {
    const elsewhere = { ...openVault, props: { ...openVault.props, bucket: "made-elsewhere" } };
    assert.notDeepEqual(await violationsOf([elsewhere], { tags: { purpose: "backups" } }), []);
    assert.deepEqual(await violationsOf([elsewhere], { names: ["backups"] }), []);
  });

  it("are told from others only in up, where a preview does not know the bucket's name", async () => {
    const sample = { ...openVault, props: { ...openVault.props, bucket: unknown } };
    const rule = rules.find(({ name }) => name === "s3-public-access");
    assert.ok(rule !== undefined && !("validateStack" in rule));
    selectBackupBuckets({ names: ["kept"], tags: {} });
    assert.equal((await examineResource(rule, sample)).unknown, "bucket");
    selectBackupBuckets(all);
    assert.notDeepEqual((await examineResource(rule, sample)).violations, []);
  });
});

describe("types that package aws had in its version 6", () => {
  const old = (sample: Sample): Sample => ({
    ...sample,
    type: sample.type.replace(/(\w+):(\w+)$/, "$1V2:$2V2"),
  });

  it("are judged as those of today", async () => {
    const bucket = { ...vault, protect: false };
    const versioning: Sample = {
      type: awsTypes.versioning,
      name: "kept-versioning",
      props: { bucket: "backups", versioningConfiguration: { status: "Suspended" } },
      protect: false,
    };
    const ofToday = await violationsOf([bucket, versioning], {});
    const ofThen = await violationsOf([old(bucket), old(versioning)], {});
    assert.notDeepEqual(ofToday, []);
    assert.deepEqual(
      ofThen.map((text) => text.replaceAll("V2", "")),
      ofToday,
    );
  });
});
