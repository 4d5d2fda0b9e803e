import assert from "node:assert/strict";
import { VaultKey, type VaultKeyArgs } from "../../../../components/aws/vaultKey";
import { keyPolicy } from "../../../../plan/aws/keyPolicy";
import { only } from "../recordResources";
import { account, breakGlassRoleArn } from "./accounts";
import { optionsOfOne, recordRegistrations } from "./recordRegistrations";
import { refuses } from "./refusal";

const args: VaultKeyArgs = { account, alias: "lstm-pfd-vault", breakGlassRoleArn, protectData: true };
const key = "aws:kms/key:Key";
const alias = "aws:kms/alias:Alias";

function build(changes: Partial<VaultKeyArgs> = {}) {
  return recordRegistrations(() => {
    new VaultKey("vault", { ...args, ...changes });
  });
}

describe("VaultKey", () => {
  it("rotates, waits thirty days before it is gone, and is protected and kept", async () => {
    const made = await build();
    assert.deepEqual(only(made.resources, key, "vault"), {
      description: "Backups of LSTM-PFD",
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      policy: keyPolicy({ account, breakGlassRoleArn }),
    });
    assert.deepEqual(only(made.resources, alias, "vault")["name"], "alias/lstm-pfd-vault");
    for (const type of [key, alias]) {
      const { protect, retainOnDelete, importId } = optionsOfOne(made, type, "vault");
      assert.deepEqual([protect, retainOnDelete, importId], [true, true, ""], type);
    }
  });

  it("takes over a key that has survived, without the window that a living key does not tell", async () => {
    const made = await build({ adoptKeyId: "1234abcd-12ab-34cd-56ef-1234567890ab" });
    const { importId, ignoreChanges } = optionsOfOne(made, key, "vault");
    assert.equal(importId, "1234abcd-12ab-34cd-56ef-1234567890ab");
    assert.deepEqual(ignoreChanges, ["deletionWindowInDays"]);
    assert.equal(optionsOfOne(made, alias, "vault").importId, "alias/lstm-pfd-vault");
  });

  for (const [changes, message] of [
    [{ account: "1" }, 'account is "1": must be an AWS account: 12 digits'],
    [
      { alias: "aws/s3" },
      'alias is "aws/s3": must be 1 to 240 letters, digits, slashes, hyphens and underscores, and not begin with aws/',
    ],
    [
      { breakGlassRoleArn: "admin" },
      'breakGlassRoleArn is "admin": must be the ARN of a role, as in arn:aws:iam::123456789012:role/break-glass',
    ],
  ] satisfies [Partial<VaultKeyArgs>, string][])
    it(`refuses ${JSON.stringify(changes)}`, () =>
      refuses(() => new VaultKey("vault", { ...args, ...changes }), message));
});
