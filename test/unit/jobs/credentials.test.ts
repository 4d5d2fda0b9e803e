import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { awaitCredentials } from "../../../jobs/awaitCredentials";
import { readEnvironment, objectStorageVariables } from "../../../jobs/environment";
import { openStorage } from "../../../jobs/openStorage";
import { NoCredentials } from "../../../jobs/podCredentials";

const silent = (): void => undefined;
const uri = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

/** The agent of a node: refuses a few times, then gives keys. */
async function agent(refusals: number): Promise<{ server: Server; url: string; asked: () => number }> {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    if (asked <= refusals) return response.writeHead(404).end("no association");
    const Expiration = new Date(Date.now() + 3_600_000).toISOString();
    return response.end(JSON.stringify({ AccessKeyId: "A", SecretAccessKey: "s", Token: "t", Expiration }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { server, url: `http://127.0.0.1:${port}/v1/credentials`, asked: () => asked };
}

const settings = {
  endpoint: "",
  region: "eu-central-1",
  bucket: "backups",
  pathStyle: false,
  accessKeyId: "",
  secretAccessKey: "",
};

describe("credentials of a pod", () => {
  const kept = { ...process.env };
  beforeEach(() => {
    for (const name of Object.keys(process.env))
      if (name.startsWith("AWS_")) Reflect.deleteProperty(process.env, name);
    // Nothing of whoever runs the tests.
    process.env["AWS_SHARED_CREDENTIALS_FILE"] = process.env["AWS_CONFIG_FILE"] = "/nowhere";
  });
  afterEach(() => {
    for (const name of Object.keys(process.env))
      if (name.startsWith("AWS_")) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, kept);
  });

  it("are waited for while the agent has none yet", async () => {
    const { server, url, asked } = await agent(5);
    process.env[uri] = url;
    const lines: string[] = [];
    try {
      await openStorage(settings, (line) => lines.push(line), { timeoutMs: 20_000, everyMs: 5 });
    } finally {
      server.close();
    }
    assert.equal(asked(), 6);
    assert.match(lines[0] ?? "", /^waiting for credentials: /);
  });

  it("are not waited for without end, and another pod may get them", async () => {
    const { server, url } = await agent(Infinity);
    process.env[uri] = url;
    try {
      await assert.rejects(
        openStorage(settings, silent, { timeoutMs: 20, everyMs: 5 }),
        (error: unknown) =>
          error instanceof NoCredentials && error.message.startsWith("no credentials yet: "),
      );
    } finally {
      server.close();
    }
  });

  it("are never waited for in a pod that was admitted without them", () => {
    const admitted = { S3_BUCKET: "backups", POD_IDENTITY: "true" };
    assert.throws(() => readEnvironment(admitted, objectStorageVariables), NoCredentials);
    assert.equal(
      readEnvironment({ ...admitted, [uri]: "http://169.254.170.23/v1/credentials" }, objectStorageVariables)
        .accessKeyId,
      "",
    );
  });

  it("are no matter where keys are given", async () => {
    const given = { ...settings, accessKeyId: "A", secretAccessKey: "s" };
    assert.equal((await openStorage(given, silent, { timeoutMs: 0, everyMs: 5 })).bucket, "backups");
  });

  it("are proved at the bucket, which may take a moment to know a new role", async () => {
    let asked = 0;
    const storage = {
      describe: (key: string) => `s3://backups/${key}`,
      list: () => ((asked += 1) < 3 ? Promise.reject(new Error("access was denied")) : Promise.resolve([])),
    };
    const limits = { timeoutMs: 1_000, everyMs: 1 };
    assert.deepEqual(await awaitCredentials(storage, silent, limits), {
      credentials: "in force",
      listed: "s3://backups/wal/",
    });
    assert.equal(asked, 3);
    asked = -1_000_000;
    await assert.rejects(
      awaitCredentials(storage, silent, { timeoutMs: 5, everyMs: 1 }),
      /^NoCredentials: no credentials yet: access was denied; /,
    );
  });
}).timeout(30_000);
