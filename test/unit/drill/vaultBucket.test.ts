import assert from "node:assert/strict";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { VaultBucket } from "../../../drill/vaultBucket";

describe("the bucket of a drill", () => {
  it("says which evidence is not written, and why, when nothing answers", async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    await new Promise((done) => server.close(done));
    const bucket = new VaultBucket(
      { writerAccessKeyId: "key", writerSecretAccessKey: "hidden" },
      port,
      "backups",
    );
    try {
      await assert.rejects(
        bucket.putEvidence("drill-1", "{}\n", new AbortController().signal),
        /^Error: the evidence s3:\/\/backups\/config\/drills\/drill-1\.json is not written: it cannot be reached \(ECONNREFUSED\)$/,
      );
    } finally {
      bucket.close();
    }
  });
});
