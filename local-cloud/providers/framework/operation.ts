import type { ServerErrorResponse } from "@grpc/grpc-js";
import type { EngineLog } from "./engineLog";
import { operationError, unfinishedError } from "./operationError";
import { PartialFailure, type CallContext, type ResourceHandler } from "./provider";
import { redactor } from "./redaction";
import { encode, markNamed, markSecrets, type WireProperties } from "./wire";

/** One call of the engine about one resource. */
export interface Operation {
  urn: string;
  preview: boolean;
  /** From the engine; 0: none. */
  timeoutSeconds?: number;
  /** Everything that the engine sent along: the secrets in it stay secrets. */
  sent: readonly WireProperties[];
  /** Aborted when the engine no longer waits for this call. */
  abandoned: AbortSignal;
}

/** Runs one operation of a handler. Its failure becomes an error for the engine, without secrets. */
export async function runOperation<Result>(
  operation: Operation,
  handler: Pick<ResourceHandler, "secretOutputs">,
  environment: { log: EngineLog; stopping: AbortSignal },
  work: (context: CallContext) => Promise<Result> | Result,
): Promise<Result> {
  const redact = redactor(...operation.sent);
  const timeout = new AbortController();
  const timeoutMs = operation.timeoutSeconds ? operation.timeoutSeconds * 1000 : undefined;
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timeout.abort(new Error(`not done within the ${timeoutMs / 1000} s of its customTimeouts`));
        }, timeoutMs);
  const context: CallContext = {
    urn: operation.urn,
    preview: operation.preview,
    signal: AbortSignal.any([environment.stopping, operation.abandoned, timeout.signal]),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    log: (severity, message) => {
      environment.log.write(operation.urn, severity, redact(message));
    },
  };
  try {
    return await work(context);
  } catch (error) {
    throw errorOf(error, context.signal, redact, (outputs) => markOutputs(outputs, handler, operation.sent));
  } finally {
    clearTimeout(timer);
    await environment.log.flush();
  }
}

/** Outputs with what must stay secret marked. */
export function markOutputs(
  outputs: WireProperties,
  handler: Pick<ResourceHandler, "secretOutputs">,
  sent: readonly WireProperties[],
): WireProperties {
  const named = markNamed(outputs, handler.secretOutputs ?? []);
  return sent.reduce((marked, inputs) => markSecrets(marked, inputs), named);
}

function errorOf(
  error: unknown,
  signal: AbortSignal,
  redact: (text: string) => string,
  mark: (outputs: WireProperties) => WireProperties,
): ServerErrorResponse {
  if (error instanceof PartialFailure)
    return unfinishedError({
      id: error.state.id,
      outputs: mark(encode(error.state.outputs)),
      ...("inputs" in error.state ? { inputs: mark(encode(error.state.inputs)) } : {}),
      reason: redact(error.message),
    });
  // What a handler throws after an abort says that it was aborted, but not why.
  const aborted = error instanceof Error && error.name === "AbortError" && signal.aborted;
  return operationError(redact(messageOf(aborted ? signal.reason : error)));
}

/** What an error says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
