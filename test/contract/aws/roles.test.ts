import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketAclCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { requireConditionalWrites } from "../../../jobs/conditionalWrites";
import { backupModels } from "../../../jobs/models/backupModels";
import { expireModels } from "../../../jobs/models/expireModels";
import { restoreModels } from "../../../jobs/models/restoreModels";
import { projectRoot } from "../../../lib/paths";
import { roleArn } from "../../../plan/aws/arns";
import { bucketPolicy } from "../../../plan/aws/bucketPolicy";
import type { PolicyDocument } from "../../../plan/aws/policyDocument";
import { rolePolicy } from "../../../plan/aws/rolePolicies";
import { backupClasses, defaultRetentionDays } from "../../../plan/backupClasses";
import { type VaultRole, vaultRoles } from "../../../plan/names";
import { CheckpointDirectory } from "../../unit/jobs/models/checkpointDirectory";
import { type MotoServer, REGION, startMoto } from "../motoServer";
import { denialsFor } from "./effectivePolicy";
import { type AccessKey, enforcePolicies, makeUser } from "./identities";

/** The name that the guide has. */
const Bucket = "example-lstm-pfd-backups";
const account = "123456789012";
const arnOf = (role: string): string => roleArn(account, role);

/** Of people, with the policies that the guide gives them. */
const people = ["operator", "break-glass"] as const;

/** The roles of the vault, those of people, and any other administrator. */
const roles = [...vaultRoles, "administrator", ...people] as const;
type Role = (typeof roles)[number];

const everything = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Sid: "Everything", Effect: "Allow", Action: "s3:*", Resource: "*" }],
});

const plan = {
  bucket: Bucket,
  region: REGION,
  keyArn: `arn:aws:kms:${REGION}:${account}:key/1`,
  classes: Object.values(backupClasses(defaultRetentionDays)),
};

/** moto takes no ARN of S3 with a region, which jobs of S3 Batch Operations have; no job is tried here. */
function withoutJobs(policy: string): string {
  const { Version, Statement } = JSON.parse(policy) as PolicyDocument;
  const kept = Statement.filter(({ Resource = [] }) => ![Resource].flat().every((arn) => /:job\//.test(arn)));
  return JSON.stringify({ Version, Statement: kept });
}

function policyOf(role: Role): string {
  if (role === "administrator") return everything;
  const ofPerson = people.find((person) => person === role);
  if (ofPerson !== undefined)
    return withoutJobs(readFileSync(join(projectRoot, "docs", "aws", `${ofPerson}.json`), "utf8"));
  return rolePolicy(role as VaultRole, plan);
}

const denials = bucketPolicy({
  bucket: Bucket,
  breakGlassRoleArn: arnOf("break-glass"),
  janitorRoleArn: arnOf("janitor"),
});

const repository = "wal/generation-0001/repository";
const keys = {
  "the archive of WAL": `${repository}/archive/main/15-1/0000000100000000/000000010000000000000001`,
  "a base backup": `${repository}/backup/main/20260101-020000F/pg_data/base.zst`,
  "a record of the lineage": "wal/lineage/0001-claim.json",
  "a committed record": "wal/generation-0001/committed/20260101-020000F.json",
  "a snapshot of the models": "models/models-20260101-000000/manifest.json",
  "a file of the newest models' copy": "models/latest/best_model.pth",
  "a record of the settings": "config/drills/20260101.json",
  "a dump of the database": "db/20260101.dump",
  evidence: "evidence/rehearsal/20260101-042000.json",
  "what is no backup": "elsewhere/file",
};
type Thing = keyof typeof keys;
const things = Object.keys(keys) as Thing[];

/** Where a call is tried: the object is there, with an older version and an upload that is under way. */
interface Place {
  client: S3Client;
  Key: string;
  VersionId: string;
  UploadId: string;
}

const Tagging = { TagSet: [{ Key: "superseded", Value: "true" }] };
const lifecycle = { Rules: [{ ID: "all", Status: "Disabled", Filter: { Prefix: "" } } as const] };

/** Calls on an object. */
const onObjects: Record<string, (place: Place) => Promise<unknown>> = {
  read: ({ client, Key }) => client.send(new GetObjectCommand({ Bucket, Key })),
  "read an older version of": ({ client, Key, VersionId }) =>
    client.send(new GetObjectCommand({ Bucket, Key, VersionId })),
  write: ({ client, Key }) => client.send(new PutObjectCommand({ Bucket, Key, Body: "new" })),
  "write in parts": async ({ client, Key }) => {
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const part = { Bucket, Key, UploadId };
    const { ETag } = await client.send(new UploadPartCommand({ ...part, PartNumber: 1, Body: "new" }));
    const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
    return client.send(new CompleteMultipartUploadCommand({ ...part, MultipartUpload }));
  },
  "give up an upload of": ({ client, Key, UploadId }) =>
    client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })),
  "read the tags of": ({ client, Key }) => client.send(new GetObjectTaggingCommand({ Bucket, Key })),
  tag: ({ client, Key }) => client.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging })),
  hide: ({ client, Key }) => client.send(new DeleteObjectCommand({ Bucket, Key })),
  "destroy a version of": ({ client, Key, VersionId }) =>
    client.send(new DeleteObjectCommand({ Bucket, Key, VersionId })),
};

/** Calls on the bucket, those that end it last. */
const onBucket: Record<string, (client: S3Client) => Promise<unknown>> = {
  "list objects": (client) => client.send(new ListObjectsV2Command({ Bucket, Prefix: "wal/" })),
  "list versions": (client) => client.send(new ListObjectVersionsCommand({ Bucket, Prefix: "wal/" })),
  "suspend versioning": (client) =>
    client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Suspended" } })),
  "change the lifecycle": (client) =>
    client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: lifecycle })),
  "remove the lifecycle": (client) => client.send(new DeleteBucketLifecycleCommand({ Bucket })),
  "change the policy": (client) => client.send(new PutBucketPolicyCommand({ Bucket, Policy: everything })),
  "remove the policy": (client) => client.send(new DeleteBucketPolicyCommand({ Bucket })),
  "open it to others": (client) => client.send(new PutBucketAclCommand({ Bucket, ACL: "public-read" })),
  "delete it": (client) => client.send(new DeleteBucketCommand({ Bucket })),
};

const all = things;
const backups = things.filter((thing) => thing !== "what is no backup");
const wal: Thing[] = ["the archive of WAL", "a base backup", "a committed record"];
const none: Thing[] = [];
/** A record of the lineage, and evidence, are written with the condition or not at all, which these calls do not carry. */
const butRecords = (of: readonly Thing[]): Thing[] =>
  of.filter((thing) => thing !== "a record of the lineage" && thing !== "evidence");
/** What is tagged as superseded expires; of the settings only versions do. */
const beside = butRecords(backups).filter(
  (thing) => !wal.includes(thing) && thing !== "a record of the settings",
);

/** Call → role → on what it is allowed; everything else must be refused. The operator touches no backup. */
const allowedOn: Record<string, Record<Exclude<Role, "operator">, readonly Thing[]>> = {
  read: rights(backups, backups, backups, all, all),
  "read an older version of": rights(backups, backups, backups, all, all),
  write: rights(butRecords(backups), wal, none, butRecords(all), butRecords(all)),
  "write in parts": rights(butRecords(backups), wal, none, butRecords(all), butRecords(all)),
  "give up an upload of": rights(
    backups.filter((thing) => thing !== "evidence"),
    wal,
    none,
    all,
    all,
  ),
  "read the tags of": rights(none, beside, none, all, all),
  tag: rights(none, beside, none, none, all),
  hide: rights(["a base backup", "a file of the newest models' copy"], wal, none, butRecords(all), all),
  "destroy a version of": rights(none, none, none, none, all),
};

function rights(
  writer: readonly Thing[],
  janitor: readonly Thing[],
  reader: readonly Thing[],
  administrator: readonly Thing[],
  breakGlass: readonly Thing[],
): Record<Exclude<Role, "operator">, readonly Thing[]> {
  // It reads like the reader, since the pod of a rehearsal has one role, and creates with the condition alone.
  return { writer, janitor, reader, evidence: reader, administrator, "break-glass": breakGlass };
}

const lists = ["list objects", "list versions"];
const allowedCalls: Record<Role, readonly string[]> = {
  reader: lists,
  writer: lists,
  janitor: lists,
  evidence: lists,
  administrator: lists,
  // Versions of the kit alone: moto passes the condition on the prefix by.
  operator: lists,
  "break-glass": Object.keys(onBucket).slice(0, -1),
};

const silent = (): undefined => undefined;

describe("the rights of the roles, as IAM grants them (moto)", () => {
  let moto: MotoServer;
  const access: Partial<Record<Role, AccessKey>> = {};
  const places = new Map<string, Omit<Place, "client">>();
  const clients: Partial<Record<Role, S3Client>> = {};
  /** Of users whose writes all carry `If-None-Match`. */
  const onCondition: Partial<Record<VaultRole, AccessKey>> = {};

  before(async () => {
    moto = await startMoto();
    const nobody = moto.client();
    // Without a lock: whatever is refused here is refused by rights.
    await nobody.send(new CreateBucketCommand({ Bucket }));
    await nobody.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
    );
    for (const role of roles) {
      const denied = denialsFor(arnOf(role), denials);
      const policies = { rights: policyOf(role), ...(denied === undefined ? {} : { denied }) };
      access[role] = await makeUser(moto.endpoint, role, policies);
      clients[role] = moto.client({ credentials: access[role] });
      for (const call of Object.keys(onObjects))
        for (const thing of things) {
          const Key = keyOf(role, call, thing);
          const { VersionId = "" } = await nobody.send(new PutObjectCommand({ Bucket, Key, Body: "old" }));
          const { UploadId = "" } = await nobody.send(new CreateMultipartUploadCommand({ Bucket, Key }));
          places.set(Key, { Key, VersionId, UploadId });
        }
    }
    for (const role of vaultRoles) {
      const denied = denialsFor(arnOf(role), denials, ["s3:if-none-match"]);
      onCondition[role] = await makeUser(moto.endpoint, `${role}-on-condition`, {
        rights: policyOf(role),
        ...(denied === undefined ? {} : { denied }),
      });
    }
    await enforcePolicies(moto.endpoint);
  });
  after(() => moto.close());

  const keyOf = (role: Role, call: string, thing: Thing): string =>
    `${keys[thing]}-${role}-${call.replaceAll(" ", "-")}`;
  const clientOf = (role: Role): S3Client => {
    const client = clients[role];
    assert.ok(client);
    return client;
  };
  const storageOf = (role: Role) => moto.storage(Bucket, access[role]);

  /** @throws what is neither success nor a refusal for want of rights */
  async function isAllowed(call: () => Promise<unknown>): Promise<boolean> {
    try {
      await call();
      return true;
    } catch (error) {
      if ((error as { name?: string }).name === "AccessDenied") return false;
      throw error;
    }
  }

  for (const [call, perform] of Object.entries(onObjects))
    for (const role of roles) {
      const allowed = role === "operator" ? none : (allowedOn[call]?.[role] ?? none);
      const said = allowed === all ? "everything" : allowed === backups ? "every backup" : allowed.join(", ");
      it(`${role} may ${call} ${said || "nothing"}`, async () => {
        const found: Thing[] = [];
        for (const thing of things) {
          const place = places.get(keyOf(role, call, thing));
          assert.ok(place);
          if (await isAllowed(() => perform({ ...place, client: clientOf(role) }))) found.push(thing);
        }
        assert.deepEqual(found, allowed);
      });
    }

  for (const role of vaultRoles)
    it(`${role} ${role === "writer" ? "may" : "may not"} create a record of the lineage, with the condition`, async () => {
      const claim = { Bucket, Key: `wal/lineage/0009-claim-${role}.json`, Body: "{}", IfNoneMatch: "*" };
      const credentials = onCondition[role];
      assert.ok(credentials);
      const client = moto.client({ credentials });
      assert.equal(await isAllowed(() => client.send(new PutObjectCommand(claim))), role === "writer");
    });

  for (const role of vaultRoles)
    it(`${role} ${role === "evidence" ? "may" : "may not"} create evidence, with the condition`, async () => {
      const evidence = { Bucket, Key: `evidence/rehearsal/of-${role}.json`, Body: "{}", IfNoneMatch: "*" };
      const credentials = onCondition[role];
      assert.ok(credentials);
      const client = moto.client({ credentials });
      assert.equal(await isAllowed(() => client.send(new PutObjectCommand(evidence))), role === "evidence");
    });

  for (const role of ["writer", "janitor", "reader"] as const)
    it(`${role} ${role === "reader" ? "may not" : "may"} note that a generation is removed`, async () => {
      const credentials = onCondition[role];
      assert.ok(credentials);
      const client = moto.client({ credentials });
      const record = {
        Bucket,
        Key: `wal/lineage/0009-collected-by-${role}.json`,
        Body: "{}",
        IfNoneMatch: "*",
      };
      assert.equal(await isAllowed(() => client.send(new PutObjectCommand(record))), role === "writer");
      const right = { ...record, Key: `wal/lineage/${role === "writer" ? "0008" : "0009"}-collected.json` };
      assert.equal(await isAllowed(() => client.send(new PutObjectCommand(right))), role !== "reader");
    });

  describe("in whole runs", () => {
    let directory: CheckpointDirectory;
    before(() => {
      directory = new CheckpointDirectory();
      directory.write("best_model.pth", "best");
    });
    after(() => {
      directory.remove();
    });
    const backUp = (role: Role, day: number) =>
      backupModels(
        {
          requested: "always",
          directory: directory.path,
          modelFile: "best_model.pth",
          storage: storageOf(role),
          restMs: 1,
          shrinkPercent: 100,
          now: () => new Date(`2026-02-0${day}T00:00:00Z`),
        },
        silent,
      );
    const restore = (role: Role, target: string) =>
      restoreModels(
        {
          directory: target,
          modelFile: "best_model.pth",
          storage: storageOf(role),
          permitInitialise: false,
          wanted: "models-20260203-000000",
        },
        silent,
      );

    it("the writer proves that S3 keeps to the condition of a write, at first contact and later", async () => {
      await requireConditionalWrites(storageOf("writer"));
      await requireConditionalWrites(storageOf("writer"));
    });
    it("the writer backs up, and brings models/latest/ to it", async () => {
      // What the calls above have left there is of another system.
      for (const day of [1, 2, 3]) {
        directory.write(`only_${day}.pth`, "x");
        const report = await backUp("writer", day);
        assert.equal(report.action, "committed");
        assert.ok("snapshot" in report.latest, JSON.stringify(report.latest));
        directory.delete(`only_${day}.pth`);
      }
      const held = (await storageOf("reader").list("models/latest/")).map(({ key }) => key);
      assert.deepEqual(held, ["models/latest/best_model.pth", "models/latest/only_3.pth"]);
    });
    it("the reader and the janitor do not", async () => {
      for (const role of ["reader", "janitor", "evidence"] as const)
        await assert.rejects(backUp(role, 4), /access was denied/);
    });
    it("the reader restores", async () => {
      const target = new CheckpointDirectory();
      try {
        assert.equal((await restore("reader", target.path)).action, "restored");
        assert.deepEqual(target.files(), { ...directory.files(), "only_3.pth": "x" });
      } finally {
        target.remove();
      }
    });
    it("the janitor marks what is superseded, and takes the mark away again when a newer one is withdrawn", async () => {
      const { superseded } = await expireModels(storageOf("janitor"), silent);
      assert.ok(superseded.includes("models-20260201-000000"));
      await storageOf("break-glass").remove("models/models-20260203-000000/committed.json");
      const { kept, unmarked } = await expireModels(storageOf("janitor"), silent);
      assert.ok(kept.includes("models-20260201-000000") && unmarked.includes("models-20260201-000000"));
      const { TagSet } = await clientOf("break-glass").send(
        new GetObjectTaggingCommand({ Bucket, Key: "models/models-20260201-000000/committed.json" }),
      );
      assert.deepEqual(TagSet, [{ Key: "superseded", Value: "false" }]);
    });
    it("the writer and the reader do not", async () => {
      for (const role of ["writer", "reader"] as const)
        await assert.rejects(expireModels(storageOf(role), silent), /access was denied/);
    });
  });

  // At last: the glass is broken here.
  for (const role of roles)
    for (const [call, perform] of Object.entries(onBucket)) {
      const allowed = allowedCalls[role].includes(call);
      if (role === "break-glass" && call === "delete it") continue;
      it(`${role} ${allowed ? "may" : "may not"} ${call}`, async () => {
        assert.equal(await isAllowed(() => perform(clientOf(role))), allowed);
      });
    }
});
