import assert from "node:assert/strict";
import type { RecoveryKit } from "../../../kit/kit";
import { vaultOf } from "../../../kit/vaultOf";

const keys = {
  writerAccessKeyId: "writer",
  writerSecretAccessKey: "of the writer",
  readerAccessKeyId: "reader",
  readerSecretAccessKey: "of the reader",
};
const reader = { accessKeyId: "reader", secretAccessKey: "of the reader" };
const ofStore: RecoveryKit = {
  ...keys,
  bucket: "mine",
  s3Endpoint: "https://vault.objects.internal:8333",
  s3Region: "us-east-1",
  s3CaCertificate: "PEM",
};

describe("the way to the vault of a stack", () => {
  it("made here leads through this host, whatever pods call it", () => {
    assert.deepEqual(vaultOf({ objectStoreName: "drill", objectStorePort: "18444" }, ofStore, "reader"), {
      at: { endpoint: "https://localhost:18444", bucket: "mine" },
      access: { region: "us-east-1", authority: "PEM", keys: reader },
      place: {
        region: "us-east-1",
        authority: "PEM",
        keys: {
          objectStore: "embedded",
          bucket: "mine",
          objectStoreName: "drill",
          objectStorePort: "18444",
        },
      },
    });
  });

  it("at another's store is that of the kit, by the keys of the role", () => {
    const { at, access, place } = vaultOf({ objectStore: "s3" }, { ...ofStore, s3Region: "eu" }, "writer");
    assert.deepEqual(at, { endpoint: "https://vault.objects.internal:8333", bucket: "mine" });
    assert.deepEqual(access.keys, { accessKeyId: "writer", secretAccessKey: "of the writer" });
    assert.deepEqual(place.keys, {
      objectStore: "s3",
      bucket: "mine",
      s3Endpoint: "https://vault.objects.internal:8333",
      s3Region: "eu",
    });
  });

  it("at AWS is its region, by the credentials of the environment", () => {
    const kit = { bucket: "example-backups", vaultRegion: "eu-central-1" };
    assert.deepEqual(vaultOf({ objectStore: "aws" }, kit, "writer"), {
      at: { endpoint: "", bucket: "example-backups" },
      access: { region: "eu-central-1", authority: "" },
      place: { region: "eu-central-1", authority: "", keys: { objectStore: "aws", ...kit } },
    });
  });

  it("is what the configuration says, but for a default", () => {
    const bucketOf = (bucket: string): string =>
      vaultOf({ objectStore: "s3", bucket }, ofStore, "reader").at.bucket;
    assert.equal(bucketOf("another"), "another");
    assert.equal(bucketOf("lstm-pfd-backups"), "mine");
  });

  it("needs no keys where there are none: those of the environment are taken", () => {
    assert.equal(vaultOf({ objectStore: "s3" }, { bucket: "mine" }, "reader").access.keys, undefined);
  });
});
