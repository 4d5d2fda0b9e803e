import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { fileConfig } from "../../../cli/stackPlan";
import { vaultParts } from "../../../stacks/vault";
import { parseConfig, qualified } from "../../../config/config";
import { optionsOfOne, recordRegistrations } from "../components/aws/recordRegistrations";

const roles = ["writer", "janitor", "reader"];
const given = Object.fromEntries(
  roles.flatMap((role) => [
    [`${role}AccessKeyId`, `id of the ${role}`],
    [`${role}SecretAccessKey`, `secret of the ${role}`],
  ]),
);

/** The kit that a vault at AWS tells, and all that its program registers. */
async function vaultAtAws(changes: Record<string, string>) {
  let kit: unknown;
  const registrations = await recordRegistrations(async () => {
    const { location, secrets } = vaultParts(
      parseConfig(qualified({ ...fileConfig("prod-vault"), ...changes })),
    );
    kit = await new Promise((resolve) => pulumi.all({ ...location, ...secrets.kit }).apply(resolve));
  });
  return { ...registrations, kit: kit as Record<string, string> };
}

describe("the secrets of a vault at AWS", () => {
  const ofKit = { repositoryCipherPass: "cipher", dbPassword: "db", jwtSecret: "jwt", secretKey: "session" };

  for (const vaultMode of ["adopt", "promote"])
    it(`are those of the recovery kit in mode ${vaultMode}, and none is drawn`, async () => {
      const ids = {
        vaultKeyId: "1234abcd",
        ...(vaultMode === "adopt" ? { replicaKeyId: "5678abcd" } : {}),
      };
      const { kit, resources } = await vaultAtAws({ vaultMode, ...ids, ...ofKit });
      assert.deepEqual(kit, {
        ...ofKit,
        bucket: "example-lstm-pfd-backups",
        vaultRegion: "eu-central-1",
        evidenceRoleArn: "arn:aws:iam::123456789012:role/lstm-pfd-backup-evidence",
      });
      assert.deepEqual(
        resources.filter(({ type }) => type.startsWith("random:")),
        [],
      );
    });

  it("are drawn for a new bucket alone, and before it", async () => {
    const made = await vaultAtAws({});
    const drawn = made.options.filter(({ type }) => type.startsWith("random:"));
    assert.deepEqual(
      drawn.map(({ beforeCreate }) => beforeCreate),
      Array(4).fill(["new-secrets-only-example-lstm-pfd-backups"]),
    );
    const { waitsFor } = optionsOfOne(made, "lstm-pfd:aws:BackupBucket", "vault");
    for (const { name } of drawn)
      assert.ok(
        waitsFor.some((urn) => urn.endsWith(`::${name}`)),
        name,
      );
  });
});

describe("the location of the backups", () => {
  it("at a store that is there has the keys that its owner has given, and draws none", async () => {
    const endpoint = { s3Endpoint: "https://s3.example.com:9000", s3Region: "eu", s3CaCertificate: "PEM" };
    const values = { layer: "vault", objectStore: "s3", ...endpoint, ...given };
    let kit: unknown;
    const { resources } = await recordRegistrations(async () => {
      const config = parseConfig(qualified(values));
      const { location } = vaultParts(config);
      kit = await new Promise((resolve) => pulumi.all(location).apply(resolve));
    });
    assert.deepEqual(kit, { bucket: "lstm-pfd-backups", ...endpoint, ...given });
    assert.deepEqual(
      resources.filter(({ name }) => roles.some((role) => name.includes(role))),
      [],
    );
  });
});
