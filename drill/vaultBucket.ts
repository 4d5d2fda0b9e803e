import { Agent } from "node:https";
import { ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { RecoveryKit } from "../kit/recoveryKit";
import { drillReportsPrefix } from "../plan/configObjects";
import { sha256Checksum } from "../jobs/objectStorage";
import { objectStorageProblem } from "../jobs/objectStorageProblem";

/** A store that does not answer must not keep a failed drill from its end. */
const evidenceLimitMs = 30_000;

/** A segment of WAL in the bucket. */
export interface ArchivedSegment {
  /** Timeline, then number: 24 hexadecimal digits. */
  segment: string;
  /** When it reached the bucket. */
  at: Date;
}

/** The backup bucket as the drill reaches it from outside of the sites, with the writer's keys out of the recovery kit. */
export class VaultBucket {
  private readonly client: S3Client;

  /** @param port of the object store on 127.0.0.1 */
  constructor(
    kit: RecoveryKit,
    port: number,
    private readonly bucket: string,
  ) {
    this.client = new S3Client({
      endpoint: `https://localhost:${port}`,
      region: kit.s3Region ?? "us-east-1",
      forcePathStyle: true,
      credentials: {
        accessKeyId: kit.writerAccessKeyId ?? "",
        secretAccessKey: kit.writerSecretAccessKey ?? "",
      },
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
      requestHandler: { httpsAgent: new Agent({ ca: kit.s3CaCertificate }), connectionTimeout: 5_000 },
    });
  }

  /** The newest WAL segment in the bucket; undefined when there is none. */
  async newestWal(): Promise<ArchivedSegment | undefined> {
    let newest: ArchivedSegment | undefined;
    let token: string | undefined;
    do {
      const page = await this.client.send(
        new ListObjectsV2Command({ Bucket: this.bucket, Prefix: "wal/", ContinuationToken: token }),
      );
      for (const { Key = "", LastModified: at } of page.Contents ?? []) {
        const segment = /\/archive\/.*\/([0-9A-F]{24})-/.exec(Key)?.[1];
        if (segment !== undefined && at !== undefined && segment > (newest?.segment ?? ""))
          newest = { segment, at };
      }
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return newest;
  }

  /**
   * Puts the evidence of a drill beside the backups.
   * @returns its address
   * @throws Error with the address when that cannot be done within half a minute
   */
  async putEvidence(drillId: string, json: string, signal: AbortSignal): Promise<string> {
    const key = `${drillReportsPrefix}${drillId}.json`;
    const address = `s3://${this.bucket}/${key}`;
    const limit = AbortSignal.timeout(evidenceLimitMs);
    try {
      await this.client.send(
        new PutObjectCommand({
          Bucket: this.bucket,
          Key: key,
          Body: json,
          ContentType: "application/json",
          ...sha256Checksum(json),
        }),
        { abortSignal: AbortSignal.any([signal, limit]) },
      );
    } catch (error) {
      const reason = limit.aborted ? "no answer in time" : objectStorageProblem(error).reason;
      throw new Error(`the evidence ${address} is not written: ${reason}`, { cause: error });
    }
    return address;
  }

  /** Closes its connections. */
  close(): void {
    this.client.destroy();
  }
}
