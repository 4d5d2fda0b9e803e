import assert from "node:assert/strict";
import { regionRule } from "../../../../plan/aws/arns";
import { VaultRoles, type VaultRolesArgs } from "../../../../components/aws/vaultRoles";
import { rolePolicy } from "../../../../plan/aws/rolePolicies";
import { backupClasses, defaultRetentionDays } from "../../../../plan/backupClasses";
import { only } from "../recordResources";
import { keyArn, replicaKeyArn } from "./accounts";
import { optionsOfOne, recordRegistrations } from "./recordRegistrations";
import { refuses } from "./refusal";
import { backupServiceAccounts, repositoryRoles, vaultRoles } from "../../../../plan/names";

const classes = backupClasses(defaultRetentionDays);
const vault = { bucket: "lstm-pfd-backups", region: "eu-central-1", keyArn };
const replica = { bucket: "lstm-pfd-backups-replica", region: "eu-west-1", keyArn: replicaKeyArn };
const args: VaultRolesArgs = {
  vault,
  classes,
  namePrefix: "lstm-pfd-backup",
  namespace: "lstm-pfd",
  serviceAccounts: backupServiceAccounts,
  protectData: true,
};
const role = "aws:iam/role:Role";
const policy = "aws:iam/rolePolicy:RolePolicy";

function build(changes: Partial<VaultRolesArgs> = {}) {
  return recordRegistrations(() => {
    new VaultRoles("roles", { ...args, ...changes });
  });
}

describe("VaultRoles", () => {
  it("are four, each with the one policy of its role", async () => {
    const { resources } = await build();
    assert.deepEqual(
      resources.filter(({ type }) => type === role).map(({ inputs }) => inputs["name"]),
      [
        "lstm-pfd-backup-evidence",
        "lstm-pfd-backup-janitor",
        "lstm-pfd-backup-reader",
        "lstm-pfd-backup-writer",
      ],
    );
    for (const each of vaultRoles) {
      const inputs = only(resources, policy, `roles-${each}-vault`);
      assert.equal(inputs["role"], `lstm-pfd-backup-${each}`);
      assert.equal(inputs["policy"], rolePolicy(each, { ...vault, classes: Object.values(classes) }));
    }
    assert.equal(resources.filter(({ type }) => type === policy).length, 4);
  });

  it("trust the pods of their own service accounts alone, on whatever cluster", async () => {
    const { resources } = await build();
    const trust = JSON.parse(String(only(resources, role, "roles-writer")["assumeRolePolicy"])) as {
      Statement: [{ Principal: unknown; Condition: unknown }];
    };
    assert.deepEqual(trust.Statement[0].Principal, { Service: "pods.eks.amazonaws.com" });
    assert.deepEqual(trust.Statement[0].Condition, {
      StringEquals: {
        "aws:RequestTag/kubernetes-namespace": "lstm-pfd",
        "aws:RequestTag/kubernetes-service-account": ["lstm-pfd-writer", "lstm-pfd-postgresql"],
      },
    });
  });

  it("let the reader, and nobody else, at the replica", async () => {
    const { resources } = await build({ replica });
    const names = resources.filter(({ type }) => type === policy).map(({ name }) => name);
    assert.deepEqual(names, [
      "roles-evidence-vault",
      "roles-janitor-vault",
      "roles-reader-replica",
      "roles-reader-vault",
      "roles-writer-vault",
    ]);
  });

  it("are taken over under the names that they have", async () => {
    const made = await build({ adopt: repositoryRoles });
    assert.equal(optionsOfOne(made, role, "roles-writer").importId, "lstm-pfd-backup-writer");
    assert.equal(optionsOfOne(made, policy, "roles-writer-vault").importId, "lstm-pfd-backup-writer:vault");
    assert.equal(optionsOfOne(made, role, "roles-writer").protect, true);
    // A vault from before there was one gets it.
    assert.equal(optionsOfOne(made, role, "roles-evidence").importId, "");
  });

  for (const [changes, message] of [
    [
      { namePrefix: "Backup" },
      'namePrefix is "Backup": must start with a letter and hold at most 41 lower-case letters, digits and hyphens',
    ],
    [
      { serviceAccounts: { ...backupServiceAccounts, reader: [] } },
      "serviceAccounts.reader is empty: must name at least one, or no pod could take on the role",
    ],
    [{ replica: { ...replica, region: "Europe" } }, `replica.region is "Europe": ${regionRule.says}`],
  ] satisfies [Partial<VaultRolesArgs>, string][])
    it(`refuse ${JSON.stringify(changes)}`, () =>
      refuses(() => new VaultRoles("roles", { ...args, ...changes }), message));
});
