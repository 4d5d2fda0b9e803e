import { s3Replication } from "../../../policies/rules/s3Replication";
import { scopeOf } from "../../../policies/shared/scope";
import { awsTypes } from "../../../policies/shared/resourceTypes";
import { describeResourceRule } from "./describeRule";
import { unknown } from "./examine";

const rule = {
  id: "all",
  status: "Enabled",
  deleteMarkerReplication: { status: "Disabled" },
  sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
  destination: {
    bucket: unknown,
    encryptionConfiguration: { replicaKmsKeyId: "arn:aws:kms:eu-west-1:1:key/2" },
  },
};
const good = { type: awsTypes.replication, name: "vault", props: { rules: [rule] } };
const title = 'BucketReplicationConfig "vault"';
const ruleWith = (change: object) => (): object => ({ rules: [{ ...rule, ...change }] });
const prefixes = ["db/", "wal/", "models/", "config/", "evidence/"];
const rulesFor =
  (...filters: object[]) =>
  (): object => ({
    rules: filters.map((filter) => ({
      ...rule,
      // Of the repository of pgBackRest they go along.
      ...(scopeOf({ filter }).prefix === "wal/" ? { deleteMarkerReplication: { status: "Enabled" } } : {}),
      filter,
    })),
  });
const notCovered = (...those: string[]): string[] =>
  those.map((prefix) => `${title}: no enabled rule replicates all of "${prefix}"`);

describeResourceRule(s3Replication, good, [
  {
    title: "refuses no rule",
    change: () => ({ rules: [] }),
    violations: [`${title}: rules is empty: nothing is replicated`],
  },
  {
    title: "refuses a rule that is off",
    change: ruleWith({ status: "Disabled" }),
    violations: [...notCovered(...prefixes), `${title}: rule "all" has status "Disabled", must be "Enabled"`],
  },
  {
    title: "refuses to replicate deletions",
    change: ruleWith({ deleteMarkerReplication: { status: "Enabled" } }),
    violations: [
      `${title}: rule "all" replicates delete markers: a deletion would hide the replica's backups too`,
    ],
  },
  {
    title: "refuses to replicate deletions where something else expires too",
    change: ruleWith({ filter: { prefix: "" }, deleteMarkerReplication: { status: "Enabled" } }),
    violations: [
      `${title}: rule "all" replicates delete markers: a deletion would hide the replica's backups too`,
    ],
  },
  {
    title: "refuses a repository that would grow in the replica for ever",
    change: ruleWith({ filter: { prefix: "wal/" } }),
    config: { prefixes: ["wal/"] },
    violations: [
      `${title}: rule "all" replicates no delete markers of "wal/": what pgBackRest expires would stay in the replica for ever`,
    ],
  },
  {
    title: "refuses to leave encrypted objects out",
    change: ruleWith({ sourceSelectionCriteria: undefined }),
    violations: [
      `${title}: rule "all" has sseKmsEncryptedObjects not set, must be "Enabled": encrypted objects would be left out`,
    ],
  },
  {
    title: "refuses a replica without a key",
    change: ruleWith({ destination: { bucket: unknown } }),
    violations: [`${title}: rule "all" has no replicaKmsKeyId: the replica needs a key of its own region`],
  },
  {
    title: "asks for no key where nothing is encrypted with KMS",
    change: ruleWith({ destination: { bucket: unknown }, sourceSelectionCriteria: undefined }),
    config: { encrypted: false },
  },
  {
    title: "looks at the rest when the key is unknown",
    change: ruleWith({
      status: "Disabled",
      destination: { encryptionConfiguration: { replicaKmsKeyId: unknown } },
    }),
    violations: [...notCovered(...prefixes), `${title}: rule "all" has status "Disabled", must be "Enabled"`],
    unknown: "rules.0.destination.encryptionConfiguration.replicaKmsKeyId",
  },
  {
    title: "takes one rule for each class",
    change: rulesFor(...prefixes.map((prefix) => ({ prefix }))),
  },
  {
    title: "takes an empty filter for everything",
    change: rulesFor({}),
  },
  {
    title: "refuses a class without a rule",
    change: rulesFor(...prefixes.slice(1).map((prefix) => ({ prefix }))),
    violations: notCovered("db/"),
  },
  {
    title: "refuses a rule for a part of a class",
    change: rulesFor(...prefixes.slice(1).map((prefix) => ({ prefix })), { prefix: "db/2026/" }),
    violations: notCovered("db/"),
  },
  {
    title: "refuses a rule for objects of one tag",
    change: rulesFor({ tag: { key: "tier", value: "gold" } }),
    violations: notCovered(...prefixes),
  },
  {
    title: "refuses a rule for objects of one class and several tags",
    change: rulesFor({ and: { prefix: "wal/", tags: { tier: "gold", kept: "yes" } } }),
    config: { prefixes: ["wal/"] },
    violations: notCovered("wal/"),
  },
  {
    title: "refuses an old rule with its prefix outside a filter",
    change: ruleWith({ prefix: "wal/", deleteMarkerReplication: { status: "Enabled" } }),
    violations: notCovered("db/", "models/", "config/", "evidence/"),
  },
  {
    title: "asks for the prefixes that are configured",
    change: rulesFor({ prefix: "wal/" }),
    config: { prefixes: ["wal/", "dumps/"] },
    violations: notCovered("dumps/"),
  },
  {
    title: "looks at the rest when a prefix is unknown",
    change: rulesFor({ prefix: "db/" }, { prefix: unknown }),
    config: { prefixes: ["db/", "wal/"] },
    unknown: "rules.1.filter.prefix",
  },
]);
