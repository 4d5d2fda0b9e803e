import assert from "node:assert/strict";
import { type ChannelOptions, credentials, Server, ServerCredentials } from "@grpc/grpc-js";
import { runtime } from "@pulumi/pulumi";
import { EngineClient, EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { inlineProgram } from "../../../automation/inlineProgram";

const insecure = credentials.createInsecure();
/** An engine that takes lines and does nothing else. @param port 0 for a free one */
async function startEngine(port: number): Promise<{ engine: Server; port: number }> {
  const engine = new Server();
  engine.addService(
    { log: EngineService.log },
    {
      log: (_: unknown, respond: (error: null, answer: Empty) => void) => {
        respond(null, new Empty());
      },
    },
  );
  const bound = await new Promise<number>((resolve, reject) => {
    engine.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, is) => {
      if (error) reject(error);
      else resolve(is);
    });
  });
  return { engine, port: bound };
}

/** A line to the engine. @returns what went wrong */
function log(client: EngineClient): Promise<string> {
  return new Promise((resolve) => {
    client.log(new LogRequest(), (error) => {
      resolve(error?.message ?? "");
    });
  });
}

describe("a program that the engine runs in this process", () => {
  it("reaches an engine on a port where another one has gone", async () => {
    inlineProgram(() => Promise.resolve());
    const options = (runtime as { grpcClientOptions?: ChannelOptions }).grpcClientOptions;
    const first = await startEngine(0);
    const left = new EngineClient(`127.0.0.1:${first.port}`, insecure, options);
    assert.equal(await log(left), "");
    first.engine.forceShutdown();
    assert.match(await log(left), /UNAVAILABLE/);
    const second = await startEngine(first.port);
    const client = new EngineClient(`127.0.0.1:${first.port}`, insecure, options);
    try {
      assert.equal(await log(client), "");
    } finally {
      for (const each of [left, client]) each.close();
      second.engine.forceShutdown();
    }
  });
});
