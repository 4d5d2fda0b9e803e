import assert from "node:assert/strict";
import { ObjectStore } from "../../../components/objectStore";
import { RecoverySecrets } from "../../../components/recoverySecrets";
import { Vault, type VaultArgs } from "../../../components/vault";
import { optionsOfOne, recordRegistrations, type Registrations } from "./aws/recordRegistrations";
import { assertKeepsBackups, bucketTypes, classes } from "./keepsBackups";
import { only, revealed } from "./recordResources";

const args: VaultArgs = { bucket: "lstm-pfd-backups", classes, protectData: true };

function build(changes: Partial<VaultArgs> = {}): Promise<Registrations> {
  return recordRegistrations(() => {
    new Vault("vault", { ...args, ...changes });
  });
}

describe("Vault", () => {
  it("is a bucket and its five settings, all protected and kept, all its children", async () => {
    const made = await build();
    assert.deepEqual(
      made.resources.map(({ type, name }) => [type, name]),
      [...bucketTypes.map((type) => [type, "vault"]), ["lstm-pfd:index:Vault", "vault"]],
    );
    for (const type of bucketTypes) {
      const { protect, retainOnDelete, parent } = optionsOfOne(made, type, "vault");
      assert.deepEqual([protect, retainOnDelete], [true, true], type);
      assert.match(parent, /lstm-pfd:index:Vault::vault$/);
    }
  });

  it("goes with its stack, objects included, when its data is not protected", async () => {
    const made = await build({ protectData: false });
    for (const type of bucketTypes) {
      const { protect, retainOnDelete } = optionsOfOne(made, type, "vault");
      assert.deepEqual([protect, retainOnDelete], [false, false], type);
    }
    assert.equal(only(made.resources, "aws:s3/bucket:Bucket", "vault")["forceDestroy"], true);
  });

  it("versions, locks as long as the shortest class, encrypts, and derives its rules from the table", async () => {
    const { resources } = await build();
    assertKeepsBackups(resources, { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } });
  });

  it("asks for TLS, and keeps the roles that it is told of from undoing it", async () => {
    const statements = async (changes: Partial<VaultArgs>) => {
      const { resources } = await build(changes);
      const { policy } = only(resources, "aws:s3/bucketPolicy:BucketPolicy", "vault") as { policy: string };
      return (JSON.parse(policy) as { Statement: { Sid: string; Principal: unknown }[] }).Statement.map(
        ({ Sid, Principal }) => [Sid, Principal],
      );
    };
    assert.deepEqual(await statements({}), [["TlsOnly", "*"]]);
    const arn = "arn:aws:iam::000000000000:user/writer";
    assert.deepEqual(await statements({ roleArns: [arn] }), [
      ["TlsOnly", "*"],
      ["NoWorkingRoleUndoesTheVault", { AWS: [arn] }],
    ]);
  });

  const refused: [Partial<VaultArgs>, RegExp][] = [
    [{ bucket: "Not A Bucket" }, /bucket is "Not A Bucket"/],
    [
      { classes: { ...classes, wal: { ...classes.wal, retentionDays: 0 } } },
      /classes.wal.retentionDays is "0"/,
    ],
    [
      { classes: { ...classes, wal: { ...classes.wal, retentionDays: 1.5 } } },
      /classes.wal.retentionDays is "1.5"/,
    ],
  ];
  for (const [changes, message] of refused)
    it(`refuses what ${message.source} says`, () => assert.rejects(build(changes), message));
});

describe("RecoverySecrets", () => {
  it("draws an id and a secret for each holder of keys and four secrets, all protected", async () => {
    const made = await recordRegistrations(() => {
      new RecoverySecrets("recovery", { protectData: true }).drawAccessKeys();
    });
    const drawn = made.resources.filter(({ type }) => type.startsWith("random:"));
    assert.deepEqual(
      drawn.map(({ name }) => name),
      [
        ...[
          "admin-secret",
          "db-password",
          "evidence-secret",
          "janitor-secret",
          "jwt-secret",
          "reader-secret",
        ],
        ...["recoverer-secret", "repository-cipher-pass", "secret-key", "writer-secret"],
        ...["admin-id", "evidence-id", "janitor-id", "reader-id", "recoverer-id", "writer-id"],
      ].map((part) => `recovery-${part}`),
    );
    for (const { type, name } of drawn) assert.ok(optionsOfOne(made, type, name).protect, name);
  });
});

describe("ObjectStore", () => {
  it("is a provider that acts as the admin of a store, which pods and this program reach by two ways", async () => {
    const { resources } = await recordRegistrations(() => {
      const store = new ObjectStore("store", {
        endpoint: "https://vault.objects.internal:8333",
        hostEndpoint: "https://localhost:18333",
        caCertificate: "PEM",
        caCertificateFile: "/ca.pem",
        admin: { accessKeyId: "admin", secretAccessKey: "of the admin" },
      });
      store.endpoint.apply((endpoint) => {
        assert.equal(endpoint, "https://vault.objects.internal:8333");
      });
    });
    const provider = revealed(only(resources, "pulumi:providers:aws", "store"));
    assert.equal(provider["endpoints"], JSON.stringify([{ s3: "https://localhost:18333" }]));
    assert.deepEqual(
      [provider["customCaBundle"], provider["s3UsePathStyle"], provider["accessKey"], provider["region"]],
      ["/ca.pem", "true", "admin", "us-east-1"],
    );
  });

  it("leaves AWS' own endpoint and the credentials of the environment to the provider", async () => {
    const { resources } = await recordRegistrations(() => {
      new ObjectStore("store", { region: "eu-central-1" });
    });
    assert.deepEqual(
      resources.map(({ type }) => type),
      ["lstm-pfd:index:ObjectStore", "pulumi:providers:aws"],
    );
    const { region, ...settings } = only(resources, "pulumi:providers:aws", "store");
    assert.equal(region, "eu-central-1");
    for (const key of ["endpoints", "accessKey", "customCaBundle"]) assert.equal(key in settings, false, key);
  });
});
