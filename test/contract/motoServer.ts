import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { ObjectStorage, type ObjectStorageSettings } from "../../jobs/objectStorage";
import { pythonTool } from "../support/pythonTool";

/** A running moto server: S3, IAM and STS by AWS's rules, in memory. */
export interface MotoServer {
  endpoint: string;
  /** A client; without other keys, those of nobody in particular, who may do everything. Closed with the server. */
  client: (settings?: S3ClientConfig) => S3Client;
  /** The jobs' own way to a bucket. */
  storage: (bucket: string, settings?: Partial<ObjectStorageSettings>) => ObjectStorage;
  /** Ends it, with all that it holds. */
  close: () => Promise<void>;
}

/** Region of everything that is judged. */
export const REGION = "us-east-1";

const nobody = { accessKeyId: "nobody", secretAccessKey: "nothing" };

const START_LIMIT_MS = 60_000;

/** Settings of a server. */
export interface MotoOptions {
  /** Files for TLS. @default none: plain HTTP */
  tls?: { certificateFile: string; keyFile: string };
}

/**
 * Starts the moto server on a free port of 127.0.0.1. It ends with this process, however that ends.
 * @throws Error with what it said when it does not start
 */
export async function startMoto({ tls }: MotoOptions = {}): Promise<MotoServer> {
  const { python } = await pythonTool("moto");
  const files = tls === undefined ? [] : ["-c", tls.certificateFile, "-k", tls.keyFile];
  const child = spawn(python, [join(__dirname, "motoServer.py"), ...files], {
    stdio: ["pipe", "ignore", "pipe"],
  });
  const close = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    }
  };
  try {
    const endpoint = await endpointSaid(child.stderr);
    const clients: S3Client[] = [];
    return {
      endpoint,
      client: (settings = {}) => {
        const common = {
          endpoint,
          region: REGION,
          forcePathStyle: true,
          maxAttempts: 1,
          credentials: nobody,
        };
        const client = new S3Client({ ...common, ...settings });
        clients.push(client);
        return client;
      },
      storage: (bucket, settings = {}) =>
        new ObjectStorage({ endpoint, region: REGION, bucket, pathStyle: true, ...nobody, ...settings }),
      close: async () => {
        for (const client of clients) client.destroy();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function endpointSaid(stream: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const failed = (why: string): void => {
      reject(new Error(`the moto server ${why}: ${said.trim()}`));
    };
    const timer = setTimeout(() => {
      failed(`did not start within ${START_LIMIT_MS / 1000} s`);
    }, START_LIMIT_MS);
    stream.on("data", (text: Buffer) => {
      said = `${said}${text.toString()}`.slice(-4000);
      const [endpoint] = /https?:\/\/127\.0\.0\.1:\d+/.exec(said) ?? [];
      if (endpoint === undefined) return;
      clearTimeout(timer);
      resolve(endpoint);
    });
    stream.on("end", () => {
      clearTimeout(timer);
      failed("ended");
    });
  });
}
