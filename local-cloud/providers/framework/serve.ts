import { fstatSync } from "node:fs";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { engineLog } from "./engineLog";
import type { ProviderDefinition } from "./provider";
import { providerService } from "./service";

/** Bytes of one message: as many as the engine takes. */
const MESSAGE_BYTES = 400 * 1024 * 1024;

/** Milliseconds that operations get to end in when the process must; after 5 s the engine kills it. */
const GRACE_MS = 4000;

/** Milliseconds that the last answers get to reach the engine in. */
const ANSWER_MS = 200;

/**
 * Makes this process a provider plugin: serves the definition on a port of the loopback that it prints.
 * The first argument is the engine's address. Ends when the engine says so or is gone.
 */
export function serveProvider<Configuration>(definition: ProviderDefinition<Configuration>): void {
  const address = process.argv[2];
  if (address === undefined) {
    process.stderr.write(
      `${definition.name}: this plugin is started by the Pulumi engine, with its address\n`,
    );
    process.exitCode = 2;
    return;
  }
  const log = engineLog(address);
  const stop = new AbortController();
  const calls = new Set<Promise<void>>();
  const server = new Server({
    "grpc.max_receive_message_length": MESSAGE_BYTES,
    "grpc.max_send_message_length": MESSAGE_BYTES,
  });
  server.addService(ResourceProviderService, providerService(definition, { log, stop, calls }));

  let ending = false;
  const end = (reason: string): void => {
    if (ending) return;
    ending = true;
    stop.abort(new Error(reason));
    setTimeout(() => process.exit(1), GRACE_MS).unref();
    server.tryShutdown(() => process.exit(0));
    // gRPC misses the end of a connection that the engine closes at that very moment, and would wait for it for ever.
    void Promise.allSettled(calls).then(() => {
      setTimeout(() => process.exit(0), ANSWER_MS).unref();
    });
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      end(`stopped by ${signal}`);
    });
  }
  // The engine holds the other end of this pipe for as long as it lives, also if it is killed.
  if (fstatSync(0).isFIFO()) {
    process.stdin.resume().on("close", () => {
      end("stopped, because the engine is gone");
    });
  }

  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    process.stdout.write(`${port}\n`);
  });
}
