import assert from "node:assert/strict";
import { awsVault, type AwsVaultArgs } from "../../../stacks/vaultOnAws";
import type { PolicyDocument } from "../../../plan/aws/policyDocument";
import { backupClasses, defaultRetentionDays } from "../../../plan/backupClasses";
import { only } from "../components/recordResources";
import { policyVerdicts } from "../components/aws/policyVerdicts";
import { account, breakGlassRoleArn } from "../components/aws/accounts";
import { optionsOfOne, recordRegistrations, type Registrations } from "../components/aws/recordRegistrations";

const args: AwsVaultArgs = {
  account,
  mode: "create",
  vault: { region: "eu-central-1", bucket: "lstm-pfd-backups" },
  replica: { region: "eu-west-1", bucket: "lstm-pfd-backups-replica" },
  classes: backupClasses(defaultRetentionDays),
  replicationTimeControl: true,
  breakGlassRoleArn,
  roleNamePrefix: "lstm-pfd-backup",
  namespace: "lstm-pfd",
  protectData: true,
};
const surviving: AwsVaultArgs = {
  ...args,
  mode: "adopt",
  vault: { ...args.vault, keyId: "key-1" },
  replica: { ...args.replica, keyId: "key-2" },
};

function build(changed: AwsVaultArgs = args) {
  return recordRegistrations(
    () => {
      awsVault(changed);
    },
    {
      "aws:kms/key:Key": ({ name }) => ({ arn: `arn:aws:kms:region:${account}:key/${name}`, keyId: name }),
      "aws:s3/bucket:Bucket": ({ inputs }) => ({
        arn: `arn:aws:s3:::${(inputs as { bucket: string }).bucket}`,
      }),
    },
  );
}

describe("the vault on AWS", () => {
  let created: Registrations;
  let adopted: Registrations;
  before(async () => {
    created = await build();
    adopted = await build(surviving);
  });

  it("is two buckets with a key each, by two providers for two regions", () => {
    const { resources } = created;
    const count = (type: string) => resources.filter((resource) => resource.type === type).length;
    assert.equal(count("aws:s3/bucket:Bucket"), 2);
    assert.equal(count("aws:kms/key:Key"), 2);
    assert.deepEqual(
      resources
        .filter(({ type }) => type === "pulumi:providers:aws")
        .map(({ name, inputs }) => [name, inputs["region"], inputs["allowedAccountIds"]]),
      [
        ["replica", "eu-west-1", `["${account}"]`],
        ["vault", "eu-central-1", `["${account}"]`],
      ],
    );
  });

  it("copies only when both buckets are whole", () => {
    const configuration = "aws:s3/bucketReplicationConfig:BucketReplicationConfig";
    const settled = (type: string, bucket: string) =>
      optionsOfOne(created, type, "replication").waitsFor.some((urn) =>
        urn.endsWith(`aws:s3/bucketPolicy:BucketPolicy::${bucket}`),
      );
    assert.ok(settled(configuration, "vault"));
    // A child is registered after its component, which waits in its place.
    assert.ok(settled("lstm-pfd:aws:VaultReplication", "replica"));
  });

  const roleOf = (name: string) => `arn:aws:iam::${account}:role/${name}`;
  const taggers = ({ resources }: Registrations, bucket: string) => {
    const { policy } = only(resources, "aws:s3/bucketPolicy:BucketPolicy", bucket) as { policy: string };
    const { Statement } = JSON.parse(policy) as PolicyDocument;
    const refusal = Statement.find(({ Sid }) => Sid === "TagsOnlyByNamedRoles");
    return refusal?.Condition?.["ArnNotEquals"]?.["aws:PrincipalArn"];
  };

  it("lets its janitor alone mark what may expire, and in the replica nobody", () => {
    const janitor = only(created.resources, "aws:iam/role:Role", "roles-janitor");
    assert.deepEqual(taggers(created, "vault"), [breakGlassRoleArn, roleOf(String(janitor["name"]))]);
    assert.equal(taggers(created, "replica"), breakGlassRoleArn);
  });

  it("takes over every single thing that has survived", () => {
    const made = adopted.options.filter(({ type, importId }) => type.startsWith("aws:") && importId === "");
    assert.deepEqual(made, []);
  });

  it("changes nothing that has survived, until it is told to", async () => {
    for (const { beforeUpdate, importId, name } of adopted.options)
      assert.deepEqual(beforeUpdate, importId === "" ? [] : ["adopted-as-it-is"], name);
    const told = await build({ ...surviving, adoptChanges: true });
    for (const { options } of [told, created])
      for (const { beforeUpdate, name } of options) assert.deepEqual(beforeUpdate, [], name);
  });

  it("asks for the same in both modes, so that the first preview of an adopted vault shows no change", () => {
    assert.deepEqual(adopted.resources, created.resources);
  });

  it("takes over bucket and key alone of a replica that becomes a vault, under new roles and with a new replica", async () => {
    const promoted = await build({
      ...args,
      mode: "promote",
      vault: { region: "eu-west-1", bucket: "lstm-pfd-backups-replica", keyId: "key-2" },
      replica: { region: "eu-north-1", bucket: "lstm-pfd-backups-third" },
      roleNamePrefix: "lstm-pfd-second",
    });
    const imported = promoted.options.filter(({ importId }) => importId !== "");
    assert.deepEqual([...new Set(imported.map(({ name }) => name))], ["vault"]);
    assert.deepEqual(
      imported.map(({ importId }) => importId).sort(),
      [...Array<string>(7).fill("lstm-pfd-backups-replica"), "key-2"].sort(),
    );
    // The replica's policy let nobody tag: the new janitor must be able to.
    assert.deepEqual(taggers(promoted, "vault"), [breakGlassRoleArn, roleOf("lstm-pfd-second-janitor")]);
    const { importId } = optionsOfOne(promoted, "aws:kms/alias:Alias", "vault");
    assert.equal(importId, "");
  });

  it("passes every rule of the policy pack", async () => {
    assert.deepEqual(await policyVerdicts(created), []);
  });

  describe("with its copy in another account", () => {
    const owner = { account: "210987654321", roleArn: "arn:aws:iam::210987654321:role/keeps-the-copy" };
    let apart: Registrations;
    before(async () => {
      apart = await build({ ...args, replica: { ...args.replica, owner } });
    });
    const statements = (type: string, name: string) =>
      (JSON.parse((only(apart.resources, type, name) as { policy: string }).policy) as PolicyDocument)
        .Statement;
    const replicationRole = roleOf("lstm-pfd-backup-replication");

    it("makes the copy as a role of that account, and nothing else", () => {
      const providers = apart.resources.filter(({ type }) => type === "pulumi:providers:aws");
      assert.deepEqual(
        providers.map(({ name, inputs }) => [name, inputs["allowedAccountIds"], inputs["assumeRoles"]]),
        [
          [
            "replica",
            `["${owner.account}"]`,
            `[{"roleArn":"${owner.roleArn}","sessionName":"lstm-pfd-vault"}]`,
          ],
          ["vault", `["${account}"]`, undefined],
        ],
      );
    });

    it("leaves to that role alone what undoes the copy: the vault's own break-glass role has no way in", () => {
      assert.equal(taggers(apart, "replica"), owner.roleArn);
      assert.deepEqual(taggers(apart, "vault"), taggers(created, "vault"));
      const [admins] = statements("aws:kms/key:Key", "replica");
      assert.deepEqual(admins?.Principal, { AWS: `arn:aws:iam::${owner.account}:root` });
      const all = JSON.stringify([
        statements("aws:kms/key:Key", "replica"),
        statements("aws:s3/bucketPolicy:BucketPolicy", "replica"),
      ]);
      assert.ok(!all.includes(breakGlassRoleArn));
    });

    it("lets the copying role write there, and nobody else of the vault's account", () => {
      const allowed = statements("aws:s3/bucketPolicy:BucketPolicy", "replica").filter(
        ({ Effect }) => Effect === "Allow",
      );
      assert.deepEqual(
        allowed.map(({ Action, Resource }) => [Action, Resource]),
        [
          [["s3:ReplicateObject", "s3:ReplicateTags"], "arn:aws:s3:::lstm-pfd-backups-replica/*"],
          [["s3:ReplicateDelete"], "arn:aws:s3:::lstm-pfd-backups-replica/wal/*"],
          [["s3:GetBucketVersioning", "s3:ListBucket"], "arn:aws:s3:::lstm-pfd-backups-replica"],
        ],
      );
      const encrypts = statements("aws:kms/key:Key", "replica").find(
        ({ Sid }) => Sid === "EncryptedByTheCopyingRole",
      );
      assert.deepEqual(encrypts?.Action, ["kms:Encrypt", "kms:GenerateDataKey"]);
      for (const { Principal, Condition } of [...allowed, encrypts]) {
        assert.deepEqual(Principal, { AWS: `arn:aws:iam::${account}:root` });
        assert.equal(Condition?.["ArnEquals"]?.["aws:PrincipalArn"], replicationRole);
      }
      assert.deepEqual(encrypts.Condition?.["StringEquals"], {
        "kms:ViaService": "s3.eu-west-1.amazonaws.com",
      });
    });

    it("gives the reader no right on it, which its own account alone could", () => {
      const replica = (made: Registrations) =>
        made.resources.filter(
          ({ type, name }) => type === "aws:iam/rolePolicy:RolePolicy" && name.endsWith("-replica"),
        );
      assert.equal(replica(created).length, 1);
      assert.deepEqual(replica(apart), []);
    });

    it("passes every rule of the policy pack", async () => {
      assert.deepEqual(await policyVerdicts(apart), []);
    });
  });

  it("fails the policy pack when it is not protected", async () => {
    const violations = await policyVerdicts(await build({ ...args, protectData: false }));
    assert.ok(violations.some((violation) => violation.startsWith("stateful-protected")));
  });

  const refused: [AwsVaultArgs, string][] = [
    [
      { ...args, mode: "adopt" },
      'vault.keyId is not set: vault mode "adopt" needs the id of the key that has encrypted the bucket; "aws kms describe-key" tells it',
    ],
    [
      { ...surviving, mode: "promote" },
      'replica.keyId is "key-2": must be left out, because vault mode "promote" makes a key',
    ],
    [
      { ...surviving, mode: "create" },
      'vault.keyId is "key-1": must be left out, because vault mode "create" makes a key',
    ],
  ];
  for (const [changed, message] of refused)
    it(`refuses: ${message}`, async () => {
      await recordRegistrations(() => {
        assert.throws(() => awsVault(changed), new Error(message));
      });
    });
});
