import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from "@aws-sdk/client-s3";
import { fetchKit } from "../../../kit/fetchKit";
import { keepKit } from "../../../kit/keepKit";
import type { Kit } from "../../../kit/kit";
import { KitBucket } from "../../../kit/kitBucket";
import { projectRoot } from "../../../lib/paths";
import { roleArn } from "../../../plan/aws/arns";
import { bucketPolicy } from "../../../plan/aws/bucketPolicy";
import type { PolicyDocument } from "../../../plan/aws/policyDocument";
import { rolePolicy } from "../../../plan/aws/rolePolicies";
import { backupClasses, defaultRetentionDays } from "../../../plan/backupClasses";
import { recoveryKitKey, vaultIdentityKey } from "../../../plan/configObjects";
import { repositoryRoles } from "../../../plan/names";
import { withVariable } from "../../support/variable";
import { type MotoServer, REGION, startMoto } from "../motoServer";
import { denialsFor } from "./effectivePolicy";
import { type AccessKey, enforcePolicies, makeUser } from "./identities";

/** The name that the guide has. */
const Bucket = "example-lstm-pfd-backups";
const account = "123456789012";
const roles = [...repositoryRoles, "operator"] as const;
type Role = (typeof roles)[number];

const plan = {
  bucket: Bucket,
  region: REGION,
  keyArn: `arn:aws:kms:${REGION}:${account}:key/1`,
  classes: Object.values(backupClasses(defaultRetentionDays)),
};
const denials = bucketPolicy({
  bucket: Bucket,
  breakGlassRoleArn: roleArn(account, "break-glass"),
  janitorRoleArn: roleArn(account, "janitor"),
});

function policyOf(role: Role): string {
  if (role !== "operator") return rolePolicy(role, plan);
  const text = readFileSync(join(projectRoot, "docs", "aws", "operator.json"), "utf8");
  // What it may do with the kit; moto knows no list that is limited to a prefix.
  const { Version, Statement } = JSON.parse(text) as PolicyDocument;
  const ofKit = ["FindTheVault", "ListTheKit", "ReadTheKit", "KeepTheKit"];
  return JSON.stringify({ Version, Statement: Statement.filter(({ Sid }) => ofKit.includes(Sid)) });
}

const values = { repositoryCipherPass: "of the repository" };
const place = { region: REGION, authority: "", keys: {} };

describe("the recovery kit in its vault, by the rules of S3 and IAM (moto)", () => {
  let moto: MotoServer;
  let directory = "";
  /** Of users whose writes carry a condition, as the kit's do; and of those whose writes carry none. */
  const onCondition: Partial<Record<Role, AccessKey>> = {};
  const without: Partial<Record<Role, AccessKey>> = {};
  withVariable("PULUMI_CONFIG_PASSPHRASE", () => "right");

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "contract-"));
    moto = await startMoto();
    const nobody = moto.client();
    await nobody.send(new CreateBucketCommand({ Bucket }));
    await nobody.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
    );
    for (const role of roles)
      for (const [keys, name, conditions] of [
        [onCondition, `${role}-on-condition`, ["s3:if-none-match", "s3:if-match"]],
        [without, role, []],
      ] as const) {
        const denied = denialsFor(roleArn(account, role), denials, conditions);
        keys[role] = await makeUser(moto.endpoint, name, {
          rights: policyOf(role),
          ...(denied === undefined ? {} : { denied }),
        });
      }
    await enforcePolicies(moto.endpoint);
  });
  after(async () => {
    await moto.close();
    rmSync(directory, { recursive: true });
  });

  const bucketOf = (role: Role): KitBucket =>
    new KitBucket(moto.storage(Bucket, onCondition[role]), { endpoint: "", bucket: Bucket });
  const keep = (role: Role, change: (kit: Kit) => Kit, file: string = role) =>
    keepKit(join(directory, `${file}.kit`), { bucket: bucketOf(role), place }, change);
  const saying = (host: string) => (kit: Kit) => ({
    ...kit,
    values,
    platform: { stack: "prod", settings: { host }, leftOut: [], versions: {} },
  });

  it("is stored by the writer, who names the vault; changed, each time over what was read", async () => {
    for (const host of ["one", "two", "three"]) {
      const { stored, said } = await keep("writer", saying(host));
      assert.deepEqual([stored, said], [true, []], said.join());
    }
  });

  it("of two who change it at once, both changes are in it in the end", async () => {
    const first = await keep("writer", saying("three"), "first");
    assert.equal(first.stored, true);
    const change = (key: "dbPassword" | "jwtSecret") => (kit: Kit) => ({
      ...kit,
      values: { ...kit.values, ...values, [key]: "new" },
    });
    const kept = await Promise.all([
      keep("writer", change("dbPassword"), "first"),
      keep("writer", change("jwtSecret"), "second"),
    ]);
    assert.deepEqual(
      kept.map(({ stored }) => stored),
      [true, true],
      kept.map(({ said }) => said.join()).join(),
    );
    const { kit } = await fetchKit(bucketOf("reader"));
    assert.deepEqual([kit.values.dbPassword, kit.values.jwtSecret], ["new", "new"]);
  });

  it("is fetched by the reader, and by an operator, who also stores what has changed on a platform", async () => {
    for (const role of ["reader", "operator"] as const)
      assert.equal((await fetchKit(bucketOf(role))).kit.platform?.settings["host"], "three");
    const { stored, said } = await keep("operator", (kit) => ({
      ...kit,
      values: { ...kit.values, ...values },
    }));
    assert.equal(stored, true, said.join());
    assert.equal((await keep("operator", saying("four"))).stored, true);
  });

  for (const role of ["reader", "janitor"] as const)
    it(`is not stored by the ${role}, and that is said`, async () => {
      const { stored, said } = await keep(role, saying("of nobody"));
      assert.equal(stored, false);
      assert.match(said.join(), /^RECOVERY KIT NOT IN THE VAULT: .*access was denied/);
    });

  for (const role of roles)
    it(`is neither written over blindly, nor hidden, nor tagged by the ${role}, and no vault is renamed`, async () => {
      const client = moto.client({ credentials: without[role] ?? { accessKeyId: "", secretAccessKey: "" } });
      const Tagging = { TagSet: [{ Key: "superseded", Value: "true" }] };
      for (const Key of [recoveryKitKey, vaultIdentityKey])
        for (const call of [
          () => client.send(new PutObjectCommand({ Bucket, Key, Body: "{}" })),
          () => client.send(new DeleteObjectCommand({ Bucket, Key })),
          () => client.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging })),
        ])
          await assert.rejects(call, { name: "AccessDenied" });
    });

  it("that is damaged is told with the versions that are not, and one of them is taken", async () => {
    const { etag = "", text = "" } = (await bucketOf("writer").read()) ?? {};
    assert.equal(await bucketOf("writer").write(text.slice(0, 99), etag), true);
    let former = "";
    await assert.rejects(fetchKit(bucketOf("reader")), (error) => {
      const { message } = error as Error;
      assert.match(
        message,
        /it is damaged: not the JSON of a kit; take a former version: "--kit-version \S+" \(number \d+/,
      );
      former = /--kit-version (\S+)"/.exec(message)?.[1] ?? "";
      return true;
    });
    assert.equal((await fetchKit(bucketOf("reader"), former)).kit.platform?.settings["host"], "four");
  });
});
