import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import type { CallContext } from "./provider";

/** Severity of a line; the next one replaces a `status` line. */
export type Severity = Parameters<CallContext["log"]>[0];

/** Writes lines to the engine's display. */
export interface EngineLog {
  /** Lines appear in the order of the calls. */
  write(urn: string, severity: Severity, message: string): void;
  /** Waits until the engine has every line so far; a line that it does not take is lost. */
  flush(): Promise<void>;
  close(): void;
}

const SEVERITIES = {
  status: LogSeverity.INFO,
  info: LogSeverity.INFO,
  warning: LogSeverity.WARNING,
  error: LogSeverity.ERROR,
};

/** A log on the engine's address, as in `127.0.0.1:34567`. */
export function engineLog(address: string): EngineLog {
  const client = new EngineClient(address, credentials.createInsecure());
  let last = Promise.resolve();
  return {
    write(urn, severity, message) {
      const request = new LogRequest();
      request.setUrn(urn);
      request.setSeverity(SEVERITIES[severity]);
      request.setMessage(message);
      request.setEphemeral(severity === "status");
      last = last.then(
        () =>
          new Promise((resolve) => {
            client.log(request, () => {
              resolve();
            });
          }),
      );
    },
    flush: () => last,
    close() {
      client.close();
    },
  };
}
