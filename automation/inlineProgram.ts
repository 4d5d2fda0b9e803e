import { runtime } from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";

/** What the SDK passes to the gRPC clients of a program; it tells nobody about it. */
interface SdkInternals {
  grpcClientOptions?: Record<string, unknown>;
}

/** A connection of a program to its engine. */
interface Connection {
  close(): void;
}

/**
 * A program for the engine to run in this process, as often as it likes.
 *
 * The SDK never closes the connections of such a program, and gRPC hands a broken one on to whoever dials the same port next.
 * Since the engine listens on a random port each time, one operation in a few hundred would fail at once with `UNAVAILABLE`.
 * Hence every run has connections of its own, and those of the run before are closed. Other programs may run meanwhile.
 * @throws Error when this version of the SDK takes no options for its connections
 */
export function inlineProgram(program: PulumiFn): PulumiFn {
  const { grpcClientOptions } = runtime as SdkInternals;
  if (grpcClientOptions === undefined)
    throw new Error(
      "this version of @pulumi/pulumi does not say how it connects to the engine: automation/inlineProgram.ts must follow it",
    );
  grpcClientOptions["grpc.use_local_subchannel_pool"] = 1;
  const left = new Set<Connection>();
  return () => {
    for (const connection of left) connection.close();
    left.clear();
    for (const client of [runtime.getMonitor(), runtime.getEngine()])
      if (isConnection(client)) left.add(client);
    return program();
  };
}

function isConnection(client: object | undefined): client is Connection {
  return client !== undefined && "close" in client;
}
