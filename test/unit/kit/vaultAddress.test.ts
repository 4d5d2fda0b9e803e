import assert from "node:assert/strict";
import { parseVaultAddress, vaultAddressText } from "../../../kit/vaultAddress";

describe("the address of a vault", () => {
  const good: [string, string, string][] = [
    ["s3://example-backups", "", "example-backups"],
    ["https://s3.example.com:9000/backups", "https://s3.example.com:9000", "backups"],
    ["https://localhost:18333/lstm-pfd-backups", "https://localhost:18333", "lstm-pfd-backups"],
    ["https://[::1]:9000/backups", "https://[::1]:9000", "backups"],
  ];
  for (const [text, endpoint, bucket] of good)
    it(`${text} is ${bucket} at ${endpoint || "AWS"}`, () => {
      assert.deepEqual(parseVaultAddress(text), { endpoint, bucket });
      assert.equal(vaultAddressText({ endpoint, bucket }), text);
    });

  it("may end in a slash", () => {
    assert.equal(parseVaultAddress("https://a.example.com/backups/").bucket, "backups");
  });

  for (const text of [
    "",
    "backups",
    "http://s3.example.com/backups",
    "https://s3.example.com",
    "https://s3.example.com/",
    "https://s3.example.com/backups/config",
    "https:///backups",
    "s3://",
    "s3://backups/config",
    "s3://Not_A_Bucket",
    "https://s3.example.com/b",
    "https://s3.example.com/back ups",
  ])
    it(`"${text}" is none`, () => {
      assert.throws(() => parseVaultAddress(text), /must be the address of a bucket, https:/);
    });
});
