import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  CreateBucketCommand,
  type EncryptionType,
  GetBucketEncryptionCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketReplicationCommand,
  GetPublicAccessBlockCommand,
  type OwnershipControls,
  type PublicAccessBlockConfiguration,
  PutBucketEncryptionCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketReplicationCommand,
  PutPublicAccessBlockCommand,
  type ReplicationConfiguration,
  type S3Client,
  type ServerSideEncryptionRule,
} from "@aws-sdk/client-s3";
import { projectRoot } from "../../../lib/paths";
import { aws } from "../../../local-cloud/providers/aws/definition";
import { type Store, storeOf } from "../../../local-cloud/providers/aws/settings";
import { compact, textOf } from "../../../local-cloud/providers/aws/shape";
import type {
  CallContext,
  Properties,
  ResourceHandler,
} from "../../../local-cloud/providers/framework/provider";
import { type MotoServer, REGION, startMoto } from "../motoServer";
import { makeUser } from "./identities";

/** A resource of a golden dump. */
interface Dumped {
  type: string;
  name: string;
  inputs: Properties;
}

/** What a dump shows in place of the ARN of a key, which only its making tells. */
const KEY_ARN = `arn:aws:kms:${REGION}:123456789012:key/11111111-2222-3333-4444-555555555555`;

function dumped(stack: string): Dumped[] {
  const text = readFileSync(join(projectRoot, "test", "golden", `${stack}.json`), "utf8");
  return JSON.parse(text.replace(/arn of key [\w-]+/g, KEY_ARN)) as Dumped[];
}

function resourcesOf(stack: string): Dumped[] {
  return dumped(stack).filter(({ type }) => type.startsWith("aws:s3/"));
}

/** Where a bucket must be for its settings, and the policy, which keeps everybody out here, comes last. */
const order = (type: string): number =>
  ["Bucket", "BucketVersioning"].indexOf(type.slice(type.lastIndexOf(":") + 1)) + 1 ||
  (type.endsWith(":BucketPolicy") ? 4 : 3);

const context: CallContext = {
  urn: "urn:pulumi:contract::lstm-pfd::aws::vault",
  preview: false,
  signal: new AbortController().signal,
  log: () => undefined,
};

/** Inputs as the API spells them: names with a capital letter, `id` as `ID`. */
function asApi(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asApi);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      ({ id: "ID", replicaKmsKeyId: "ReplicaKmsKeyID" } as Record<string, string>)[name] ??
        name.charAt(0).toUpperCase() + name.slice(1),
      asApi(inner),
    ]),
  );
}

/** The inputs as a handler takes them; it must have nothing against them. */
function checkedBy(handler: ResourceHandler, inputs: Properties): Properties {
  const { inputs: checked, failures } = handler.check?.(inputs) ?? { inputs, failures: [] };
  assert.deepEqual(failures, []);
  return checked;
}

/** moto tells a 0 for the unit of a retention that was not set. */
function withoutZeroes(inputs: Properties): Properties {
  return JSON.parse(JSON.stringify(compact(inputs)).replace(/,"(?:days|years)":0/, "")) as Properties;
}

/** Sets and reads back. */
type BySdk = (client: S3Client, inputs: Properties) => Promise<[set: unknown, read: unknown]>;

/** Types that the embedded provider does not serve. */
const bySdk: Record<string, BySdk> = {
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": async (client, { bucket = null, rule }) => {
    const Bucket = textOf({ bucket }, "bucket");
    const set = { Rules: [asApi(rule)] } as OwnershipControls;
    await client.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: set }));
    const read = await client.send(new GetBucketOwnershipControlsCommand({ Bucket }));
    return [set, read.OwnershipControls];
  },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": async (client, { bucket = null, ...blocks }) => {
    const Bucket = textOf({ bucket }, "bucket");
    const set = asApi(blocks) as PublicAccessBlockConfiguration;
    await client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: set }));
    const read = await client.send(new GetPublicAccessBlockCommand({ Bucket }));
    return [set, read.PublicAccessBlockConfiguration];
  },
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": async (client, { bucket = null, ...inputs }) => {
    const Bucket = textOf({ bucket }, "bucket");
    const role = "arn:aws:iam::123456789012:role/replication";
    const set = asApi({ role, ...inputs }) as ReplicationConfiguration;
    await client.send(new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration: set }));
    const { ReplicationConfiguration: read } = await client.send(new GetBucketReplicationCommand({ Bucket }));
    // moto does not tell the rest.
    const told = ({ Role, Rules = [] }: ReplicationConfiguration) => [
      Role,
      Rules.map(({ ID, Priority, Status, Destination }) => [ID, Priority, Status, Destination]),
    ];
    assert.ok(read);
    return [told(set), told(read)];
  },
};

/** Encryption with types that are blocked: the embedded provider does not serve them, and moto does not tell them. */
const blockingEncryption: BySdk = async (client, inputs) => {
  const Bucket = textOf(inputs, "bucket");
  const { rules } = inputs as unknown as {
    rules: {
      blockedEncryptionTypes: EncryptionType[];
      bucketKeyEnabled: boolean;
      applyServerSideEncryptionByDefault: { kmsMasterKeyId: string };
    }[];
  };
  const told = rules.map(({ applyServerSideEncryptionByDefault: { kmsMasterKeyId }, bucketKeyEnabled }) => ({
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" as const, KMSMasterKeyID: kmsMasterKeyId },
    BucketKeyEnabled: bucketKeyEnabled,
  }));
  const Rules: ServerSideEncryptionRule[] = told.map((rule, index) => ({
    ...rule,
    BlockedEncryptionTypes: { EncryptionType: rules[index]?.blockedEncryptionTypes },
  }));
  await client.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
  const { ServerSideEncryptionConfiguration: read } = await client.send(
    new GetBucketEncryptionCommand({ Bucket }),
  );
  return [told, read?.Rules];
};

function sdkFor({ type, inputs }: Dumped): BySdk | undefined {
  return JSON.stringify(inputs).includes("blockedEncryptionTypes") ? blockingEncryption : bySdk[type];
}

describe("what a vault is made of, by the rules of S3 (moto)", () => {
  let moto: MotoServer;
  let client: S3Client;
  let store: Store;

  before(async () => {
    moto = await startMoto();
    client = moto.client();
    store = storeOf({
      region: REGION,
      endpoint: moto.endpoint,
      pathStyle: true,
      credentials: { accessKeyId: "nobody", secretAccessKey: "nothing" },
      caFile: undefined,
    });
  });
  after(() => moto.close());

  const handlerOf = (type: string) => {
    const handler = aws.handler(type, store);
    assert.ok(handler, `the embedded aws provider does not serve ${type}`);
    return handler;
  };

  for (const stack of ["local-vault", "prod-vault"])
    describe(stack, () => {
      const resources = resourcesOf(stack).sort((one, other) => order(one.type) - order(other.type));
      it("has buckets and settings", () => {
        assert.ok(resources.length >= 6, `${resources.length} resources`);
      });

      for (const resource of resources) {
        const { type, name, inputs } = resource;
        it(`${type.slice(type.lastIndexOf(":") + 1)} ${name} is taken, and read back as it was set`, async () => {
          const viaSdk = sdkFor(resource);
          if (viaSdk !== undefined) {
            const [set, read] = await viaSdk(client, inputs);
            assert.deepEqual(read, set);
            return;
          }
          const handler = handlerOf(type);
          const checked = checkedBy(handler, inputs);
          const { id, outputs } = await handler.create(checked, context);
          const read = await handler.read({ id, inputs: {}, outputs }, context);
          assert.ok(read, "it is not there");
          assert.deepEqual(withoutZeroes(read.inputs), compact(checked));
        });
      }
    });

  describe("is refused when it is broken:", () => {
    const Bucket = "contract-broken";
    const rule = { id: "r", status: "Enabled", filter: { prefix: "wal/" } };
    before(() => client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true })));

    /** By the embedded provider, which itself has nothing against it. */
    const set = async (type: string, inputs: Properties): Promise<void> => {
      const handler = handlerOf(`aws:s3/${type.charAt(0).toLowerCase()}${type.slice(1)}:${type}`);
      await handler.create(checkedBy(handler, { bucket: Bucket, ...inputs }), context);
    };
    const lifecycle = (inputs: Properties) => () =>
      set("BucketLifecycleConfiguration", { rules: [{ ...rule, ...inputs }] });

    const broken: Record<string, [() => Promise<unknown>, RegExp]> = {
      "a lifecycle rule that expires by days and delete markers too": [
        lifecycle({ expiration: { days: 7, expiredObjectDeleteMarker: true } }),
        /MalformedXML/,
      ],
      "a lifecycle rule for a prefix and a tag that are not joined": [
        lifecycle({
          filter: { prefix: "wal/", tag: { key: "superseded", value: "true" } },
          expiration: { days: 7 },
        }),
        /MalformedXML/,
      ],
      "a second bucket of the same name": [() => set("Bucket", {}), /exists already and was not touched/],
      "a bucket name of two letters": [() => set("Bucket", { bucket: "ab" }), /InvalidBucketName/],
      "the lock of a bucket that was made without": [
        async () => {
          await client.send(new CreateBucketCommand({ Bucket: `${Bucket}-open` }));
          await set("BucketObjectLockConfiguration", {
            bucket: `${Bucket}-open`,
            rule: { defaultRetention: { mode: "GOVERNANCE", days: 7 } },
          });
        },
        /InvalidBucketState|Object Lock/i,
      ],
      "encryption without a rule": [
        () =>
          client.send(
            new PutBucketEncryptionCommand({
              Bucket,
              ServerSideEncryptionConfiguration: { Rules: [] },
            }),
          ),
        /MalformedXML/,
      ],
      "a replication where there are no versions": [
        async () => {
          await client.send(new CreateBucketCommand({ Bucket: `${Bucket}-flat` }));
          const [replication] = resourcesOf("prod-vault").filter(({ type }) =>
            /ReplicationConfig/.test(type),
          );
          await bySdk[replication?.type ?? ""]?.(client, {
            ...replication?.inputs,
            bucket: `${Bucket}-flat`,
          });
        },
        /Versioning must be 'Enabled'/,
      ],
      "no public access blocked at all": [
        () => client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: {} })),
        /Must specify at least one configuration/,
      ],
    };
    for (const [what, [action, said]] of Object.entries(broken))
      it(what, () => assert.rejects(action(), said));
  });

  describe("the policies of its roles", () => {
    const policies = dumped("prod-vault").flatMap(({ type, name, inputs }) =>
      type === "aws:iam/rolePolicy:RolePolicy" ? [{ name, policy: textOf(inputs, "policy") }] : [],
    );
    for (const { name, policy } of policies)
      it(`are taken by IAM: ${name}`, () => makeUser(moto.endpoint, name, { policy }));
    const [{ policy } = { policy: "" }] = policies;
    for (const [what, broken] of Object.entries({
      "no statement": '{"Version":"2012-10-17","Statement":[]}',
      "a resource that is no ARN": policy.replaceAll('"arn:aws:s3:', '"s3:'),
      "an action without a service": policy.replace('"s3:', '"'),
      "an effect unheard of": policy.replace('"Allow"', '"Permit"'),
    }))
      it(`would be refused by IAM with ${what}`, () =>
        assert.rejects(
          makeUser(moto.endpoint, what.replaceAll(" ", "-"), { broken }),
          /MalformedPolicyDocument/,
        ));
  });
});
