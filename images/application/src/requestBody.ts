import type { IncomingMessage } from "node:http";
import { SIGNAL_SAMPLES } from "./model";

/** A signal as text is 2 MB; this leaves room for any way to write its numbers. */
export const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** A request that cannot be served as it is. */
export class RequestError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = "RequestError";
  }
}

/**
 * Reads a body to its end.
 * @throws RequestError 413 as soon as it is known to be too long
 */
export async function readBody(request: IncomingMessage): Promise<string> {
  const tooLong = new RequestError(413, `the body is longer than ${MAX_BODY_BYTES} bytes`);
  if (Number(request.headers["content-length"] ?? 0) > MAX_BODY_BYTES) throw tooLong;
  const chunks: Buffer[] = [];
  let length = 0;
  // Left open when it is too long: the answer has to get through.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) throw tooLong;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/**
 * The samples of `{"signal": [...]}`.
 * @throws RequestError 400 that says what is wrong with it
 */
export function parseSignal(body: string): Float64Array {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw new RequestError(400, "the body is not JSON");
  }
  const signal =
    typeof parsed === "object" && parsed !== null && "signal" in parsed ? parsed.signal : undefined;
  if (!Array.isArray(signal)) throw new RequestError(400, 'the body must be {"signal": [numbers]}');
  if (signal.length !== SIGNAL_SAMPLES)
    throw new RequestError(400, `signal must hold ${SIGNAL_SAMPLES} numbers, not ${signal.length}`);
  const wrong = signal.findIndex((sample) => !Number.isFinite(sample));
  if (wrong >= 0) throw new RequestError(400, `signal[${wrong}] is not a finite number`);
  return Float64Array.from(signal as number[]);
}
