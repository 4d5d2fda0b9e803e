import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HeadObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { VaultBucket } from "../../../drill/vaultBucket";
import { ensureCertificates } from "../../../local-cloud/objectStore/certificates";
import { type MotoServer, startMoto } from "../motoServer";
import { makeLockedBucket } from "./lockedBucket";

const Bucket = "contract-drill";

describe("what a drill asks of the backup bucket, by the rules of S3 (moto)", () => {
  let directory: string;
  let moto: MotoServer;
  let client: S3Client;
  let bucket: VaultBucket;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "contract-"));
    const tls = await ensureCertificates(join(directory, "tls"), "contract");
    moto = await startMoto({ tls });
    client = moto.client({ requestHandler: { httpsAgent: new Agent({ ca: tls.authority }) } });
    await makeLockedBucket(client, Bucket);
    const kit = {
      s3CaCertificate: tls.authority,
      writerAccessKeyId: "nobody",
      writerSecretAccessKey: "nothing",
    };
    bucket = new VaultBucket(kit, Number(new URL(moto.endpoint).port), Bucket);
  });
  after(async () => {
    bucket.close();
    await moto.close();
    rmSync(directory, { recursive: true });
  });

  it("the newest segment of WAL is found, whatever else lies beside it", async () => {
    assert.equal(await bucket.newestWal(), undefined);
    const archive = "wal/generation-0001/repository/archive/main";
    const names = ["00000001000000000000000A-1f.zst", "00000001000000000000000B-2e.zst", "00000002.history"];
    for (const name of names)
      await client.send(new PutObjectCommand({ Bucket, Key: `${archive}/15-1/${name}`, Body: "wal" }));
    assert.equal((await bucket.newestWal())?.segment, "00000001000000000000000B");
  });

  it("evidence is written, with its checksum, and locked", async () => {
    const address = await bucket.putEvidence("20260101-000000", "{}", new AbortController().signal);
    assert.equal(address, `s3://${Bucket}/config/drills/20260101-000000.json`);
    const found = await client.send(
      new HeadObjectCommand({ Bucket, Key: "config/drills/20260101-000000.json", ChecksumMode: "ENABLED" }),
    );
    assert.equal(found.ObjectLockMode, "GOVERNANCE");
    assert.ok(found.ChecksumSHA256);
  });
});
