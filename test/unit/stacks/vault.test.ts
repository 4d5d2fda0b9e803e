import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { backupsLocation } from "../../../stacks/vault";
import { RecoverySecrets } from "../../../components/recoverySecrets";
import { parseConfig, qualified } from "../../../config/config";
import { recordRegistrations } from "../components/aws/recordRegistrations";

const roles = ["writer", "janitor", "reader"];
const given = Object.fromEntries(
  roles.flatMap((role) => [
    [`${role}AccessKeyId`, `id of the ${role}`],
    [`${role}SecretAccessKey`, `secret of the ${role}`],
  ]),
);

describe("the location of the backups", () => {
  it("at a store that is there has the keys that its owner has given, and draws none", async () => {
    const endpoint = { s3Endpoint: "https://s3.example.com:9000", s3Region: "eu", s3CaCertificate: "PEM" };
    const values = { layer: "vault", objectStore: "s3", ...endpoint, ...given };
    let kit: unknown;
    const { resources } = await recordRegistrations(async () => {
      const config = parseConfig(qualified(values));
      const location = backupsLocation(config, new RecoverySecrets("recovery", { protectData: true }));
      kit = await new Promise((resolve) => pulumi.all(location).apply(resolve));
    });
    assert.deepEqual(kit, { bucket: "lstm-pfd-backups", ...endpoint, ...given });
    assert.deepEqual(
      resources.filter(({ name }) => roles.some((role) => name.includes(role))),
      [],
    );
  });
});
